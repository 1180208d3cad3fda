/**
 * GraphiQL at `/graphiql`, whole from npm: it needs no internet. Queries go to `/graphql` over HTTP and subscriptions over
 * graphql-transport-ws, both with what the headers pane says; a token there signs both in. In front of Kedai's own graph it opens with a
 * story (`story.ts`): a sign-in on the page, by a tab or a button, then signs the browser in, whose session outlives the page.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Route } from '../../platform/http/server.js';
import { assetRoute, pageRoute } from './assets.js';
import { browserScript } from './browser-script.js';
import type { Story } from './story.js';

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

/** A tab that is pressed jumps to where its library believes it was dragged to, and the click goes astray; it can be moved all the same. */
const STYLE_OF_TABS = `
      #root .graphiql-tab { transform: none !important; }`;

/** The bar above GraphiQL, which is as high as what is left; on a phone the answer is below the operation instead of beside it. */
const STYLE_OF_STORY = `
      body { display: flex; flex-direction: column; height: 100dvh; margin: 0; }
      #root { flex: 1; min-height: 0; }
      #root .graphiql-container { height: 100%; }
      nav { align-items: center; border-bottom: 1px solid #d9dee5; display: flex; flex-wrap: wrap; font: 0.875rem system-ui, sans-serif;
            gap: 0.25rem 0.5rem; padding: 0.4rem 0.8rem; }
      nav button { background: #fff; border: 1px solid #8a94a3; border-radius: 0.4rem; color: #1c2530; cursor: pointer; font: inherit;
                   min-height: 2rem; padding: 0 0.6rem; }
      nav button[hidden] { display: none; }
      nav output { color: #4a5563; }
      nav output + * { margin-left: auto; }
      @media (width < 48rem) {
        nav { font-size: 0.8rem; padding: 0.4rem; }
        nav button { padding: 0 0.4rem; }
        #root .graphiql-logo { display: none; }
        #root .graphiql-sessions { margin: 0 0.25rem 0.25rem 0; }
        #root .graphiql-sidebar { padding: 0.25rem; width: auto; }
        #root [role="tabpanel"] { flex-direction: column; }
        #root [role="tabpanel"] > .graphiql-horizontal-drag-bar { display: none; }
      }`;

const bar = ({ demo }: Story) => `
    <nav aria-label="Session">
      ${(demo?.accounts ?? [])
        .map(
          ({ email, role }) =>
            `<button type="button" data-email="${email}">${nameOf(email)}, ${role}</button>`,
        )
        .join('\n      ')}
      <output id="session">Not signed in</output>
      <button type="button" id="sign-out" hidden>Sign out</button>
      <button type="button" id="start-over">Start over</button>
    </nav>`;

/** `rina@kedai.test` is Rina. */
function nameOf(email: string): string {
  const [name = ''] = email.split('@');
  return name.length < 3 ? name.toUpperCase() : name.charAt(0).toUpperCase() + name.slice(1);
}

const page = (folder: string, story: Story | undefined) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>GraphiQL</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${folder}/graphiql.css">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <style>${STYLE_OF_TABS}${story === undefined ? '' : STYLE_OF_STORY}
    </style>
  </head>
  <body class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>${story === undefined ? '' : bar(story) + embedded(story)}
    <div id="root"></div>
    <script src="${folder}/graphiql.js"></script>
    <script src="${folder}/start.js"></script>
  </body>
</html>
`;

/** As JSON in which no text ends the script. */
function embedded(story: Story): string {
  const json = JSON.stringify(story).replaceAll('<', '\\u003c');
  return `\n    <script type="application/json" id="story">${json}</script>`;
}

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

/** @param story undefined: an empty editor. */
export function graphiqlRoutes(story?: Story): Route[] {
  const folder = folderOf();
  const file = (name: string, type: string, load: () => Promise<string>) =>
    assetRoute(`${folder}/${name}`, type, load);
  return [
    pageRoute('/graphiql', CONTENT_SECURITY_POLICY, () => page(folder, story)),
    file('graphiql.js', SCRIPT, async () => (await parts()).js),
    file('graphiql.css', STYLE, async () => (await parts()).css),
    file('editorWorkerService.js', SCRIPT, async () => (await parts()).editorWorkerService),
    file('json.js', SCRIPT, async () => (await parts()).jsonWorker),
    file('graphql.js', SCRIPT, async () => (await parts()).graphqlWorker),
    file('start.js', SCRIPT, async () => browserScript(folder)),
  ];
}
