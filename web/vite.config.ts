/**
 * Builds the screens into `dist/web`: one page per entry, every asset under `/assets` with its content's hash in its name. Nothing is
 * inlined, so that the pages' Content-Security-Policy needs neither `unsafe-inline` nor `data:` for scripts, styles and fonts.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Connect, defineConfig, type Plugin } from 'vite';
import { earlyRequests } from './early-requests.js';
import { offline } from './offline-plugin.js';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** As the gateway serves them. */
const PAGES: Readonly<Record<string, string>> = {
  '/': '/start/index.html',
  '/shop': '/shop/index.html',
  '/kitchen': '/kitchen/index.html',
  '/kitchen/counter': '/kitchen/index.html',
  '/kitchen/board': '/kitchen/index.html',
  '/dashboard': '/dashboard/index.html',
};

const openPage: Connect.NextHandleFunction = (request, _response, next) => {
  const [path = '/', query] = (request.url ?? '/').split('?');
  const page = PAGES[path];
  if (page !== undefined) request.url = query === undefined ? page : `${page}?${query}`;
  next();
};

const pages: Plugin = {
  name: 'pages-of-the-gateway',
  configureServer: ({ middlewares }) => void middlewares.use(openPage),
  configurePreviewServer: ({ middlewares }) => void middlewares.use(openPage),
};

/** From which the gateway answers the screens' operations by their ids, and trusts them where it runs listed operations alone. */
const documents: Plugin = {
  name: 'persisted-documents',
  apply: 'build',
  async generateBundle() {
    const source = await readFile(pathOf('persisted-documents.json'));
    this.emitFile({ type: 'asset', fileName: 'persisted-documents.json', source });
  },
};

/** `vite dev` and `vite preview` in front of a running system: `KEDAI_URL`, by default http://localhost:4000. */
const system = process.env.KEDAI_URL ?? 'http://localhost:4000';
const proxy = {
  '/graphql': { target: system, ws: true },
  '/graphiql': system,
  // The host as the browser has it: a session counts from its origin alone.
  '/session': { target: system },
  '/health': system,
  '/about': system,
  '/sandbox': system,
};

export default defineConfig({
  server: { proxy },
  preview: { proxy },
  root: pathOf('.'),
  base: '/',
  plugins: [pages, earlyRequests, offline, documents],
  // Written for React and run by Preact: a tenth of the script, for the same components (docs/decisions/screens-run-on-preact.md).
  resolve: {
    alias: {
      react: 'preact/compat',
      'react-dom': 'preact/compat',
      'react-dom/client': 'preact/compat/client',
      'react/jsx-runtime': 'preact/jsx-runtime',
      'react/jsx-dev-runtime': 'preact/jsx-dev-runtime',
    },
  },
  css: { modules: { localsConvention: 'camelCaseOnly' } },
  build: {
    outDir: pathOf('../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        start: pathOf('start/index.html'),
        shop: pathOf('shop/index.html'),
        kitchen: pathOf('kitchen/index.html'),
        dashboard: pathOf('dashboard/index.html'),
      },
      onLog(level, log, handle) {
        // "use client" of an icon library: there is no server's half here.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
      // One file for what every screen has: HTTP/1.1 asks for six files at a time, and each further one waits a round trip.
      output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 3 }] } },
    },
  },
});
