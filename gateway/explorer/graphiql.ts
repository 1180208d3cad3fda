/**
 * GraphiQL at `/graphiql`, whole from npm: it needs no internet. Queries go to `/graphql` over HTTP and subscriptions over
 * graphql-transport-ws, both with what the headers pane says; a token there signs both in.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Route } from '../../platform/http/server.js';
import { assetRoute, pageRoute } from './assets.js';
import { browserScript } from './browser-script.js';

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "worker-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = (folder: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>GraphiQL</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${folder}/graphiql.css">
  </head>
  <body class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
    <script src="${folder}/graphiql.js"></script>
    <script src="${folder}/start.js"></script>
  </body>
</html>
`;

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

/** The assets are large and read on the first visit. */
const parts = () => import('@graphql-yoga/render-graphiql/graphiql');

/** Changes with what the files hold. */
function folderOf(): string {
  const { version }: { version: string } = createRequire(import.meta.url)(
    '@graphql-yoga/render-graphiql/package.json',
  );
  const hash = createHash('sha256').update(version).update(browserScript(''));
  return `/graphiql/${hash.digest('hex').slice(0, 16)}`;
}

export function graphiqlRoutes(): Route[] {
  const folder = folderOf();
  const file = (name: string, type: string, load: () => Promise<string>) =>
    assetRoute(`${folder}/${name}`, type, load);
  return [
    pageRoute('/graphiql', CONTENT_SECURITY_POLICY, () => page(folder)),
    file('graphiql.js', SCRIPT, async () => (await parts()).js),
    file('graphiql.css', STYLE, async () => (await parts()).css),
    file('editorWorkerService.js', SCRIPT, async () => (await parts()).editorWorkerService),
    file('json.js', SCRIPT, async () => (await parts()).jsonWorker),
    file('graphql.js', SCRIPT, async () => (await parts()).graphqlWorker),
    file('start.js', SCRIPT, async () => browserScript(folder)),
  ];
}
