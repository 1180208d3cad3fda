/**
 * Apollo Sandbox, its addresses filled in: `/graphql` for operations and the same over WebSocket for
 * subscriptions. Apollo serves the Sandbox itself; without internet the page says where the explorer is that needs none.
 */
import type { IncomingMessage } from 'node:http';
import type { Route } from '../../platform/http/server.js';
import { pageRoute } from './assets.js';

const SCRIPTS = 'https://embeddable-sandbox.cdn.apollographql.com';
const FRAME = 'https://sandbox.embed.apollographql.com';

const contentSecurityPolicy = (nonce: string) =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${SCRIPTS}`,
    `style-src 'nonce-${nonce}' ${SCRIPTS} https://fonts.googleapis.com`,
    `frame-src ${FRAME}`,
    "connect-src 'self' ws: wss: https://*.apollographql.com",
    "img-src 'self' data: https://*.apollographql.com",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** As the browser called it; what is no host name is left out, since it is written into the page. */
function hostOf({ headers: { host = '' } }: IncomingMessage): string {
  return /^[\w.-]+(:\d+)?$|^\[[\da-fA-F:]+\](:\d+)?$/.test(host) ? host : 'localhost';
}

const page = (nonce: string, request: IncomingMessage) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Apollo Sandbox</title>
    <link rel="icon" href="data:,">
    <style nonce="${nonce}">
      body { margin: 0; font-family: system-ui, sans-serif; }
      main { padding: 2rem; }
      iframe { border: 0; height: 100%; width: 100%; }
      #sandbox { position: absolute; inset: 0; }
    </style>
  </head>
  <body>
    <main>
      <h1>Apollo Sandbox</h1>
      <p>Loaded from Apollo. Without internet, <a href="/graphiql">GraphiQL</a> does the same.</p>
      <p>GraphQL: <code>http://${hostOf(request)}/graphql</code> and <code>ws://${hostOf(request)}/graphql</code></p>
    </main>
    <script nonce="${nonce}" src="${SCRIPTS}/v2/embeddable-sandbox.umd.production.min.js"></script>
    <script nonce="${nonce}">
      if (window.EmbeddedSandbox) {
        const target = document.createElement('div');
        target.id = 'sandbox';
        document.body.replaceChildren(target);
        new window.EmbeddedSandbox({
          target: '#sandbox',
          initialEndpoint: new URL('/graphql', location.href).href,
          initialSubscriptionEndpoint: new URL('/graphql', location.href).href.replace(/^http/, 'ws'),
          endpointIsEditable: false,
          runTelemetry: false,
          allowDynamicStyles: false,
        });
      }
    </script>
  </body>
</html>
`;

export function sandboxRoute(path: string): Route {
  return pageRoute(path, contentSecurityPolicy, page);
}
