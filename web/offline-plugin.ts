/**
 * Adds to the build what opens the shop and the kitchen without a network and lets a device install them: `/sw.js`, which stores the files
 * that the two entries reach, and a web app manifest for each.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import type { Plugin, Rollup } from 'vite';
import type { Release } from './shared/offline/service-worker.js';

interface App {
  readonly name: string;
  readonly start: string;
  readonly pages: readonly string[];
}

const APPS: Readonly<Record<string, App>> = {
  shop: { name: 'Kedai', start: '/shop', pages: ['/shop'] },
  kitchen: {
    name: 'Kedai Dapur',
    start: '/kitchen',
    pages: ['/kitchen', '/kitchen/counter', '/kitchen/board'],
  },
};

const WORKER = new URL('shared/offline/service-worker.ts', import.meta.url);
const STATIC = /^assets\/.*\.(woff2|svg)$/;

export const offline: Plugin = {
  name: 'offline-pages',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { path }) => {
      const entry = path.split('/')[1] ?? '';
      if (!(entry in APPS)) return [];
      return [{ tag: 'link', attrs: { rel: 'manifest', href: `/${entry}.webmanifest` }, injectTo: 'head' }];
    },
  },
  generateBundle: {
    order: 'post',
    async handler(_options, bundle) {
      const icon = Object.keys(bundle).find((name) => /^assets\/icon-.*\.svg$/.test(name));
      for (const [entry, app] of Object.entries(APPS))
        this.emitFile({ type: 'asset', fileName: `${entry}.webmanifest`, source: manifestOf(app, icon) });
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: await workerOf(releaseOf(bundle)) });
    },
  },
};

function manifestOf({ name, start }: App, icon: string | undefined): string {
  return JSON.stringify({
    name,
    short_name: name,
    id: start,
    start_url: start,
    scope: start,
    display: 'standalone',
    background_color: '#fbf8f3',
    theme_color: '#fbf8f3',
    icons: icon === undefined ? [] : [{ src: `/${icon}`, type: 'image/svg+xml', sizes: 'any' }],
  });
}

function releaseOf(bundle: Rollup.OutputBundle): Release {
  const files = new Set(Object.keys(bundle).filter((name) => STATIC.test(name)));
  const reach = (name: string) => {
    const chunk = bundle[name];
    if (files.has(name) || chunk?.type !== 'chunk') return;
    files.add(name);
    for (const css of chunk.viteMetadata?.importedCss ?? []) files.add(css);
    for (const other of [...chunk.imports, ...chunk.dynamicImports]) reach(other);
  };
  for (const chunk of Object.values(bundle))
    if (chunk.type === 'chunk' && chunk.isEntry && chunk.name in APPS) reach(chunk.fileName);
  const html = Object.values(bundle).flatMap((one) =>
    one.type === 'asset' && one.fileName.endsWith('.html') ? [String(one.source)] : [],
  );
  const paths = [...files].sort().map((name) => `/${name}`);
  const version = createHash('sha256')
    .update([...paths, ...html].join('\n'))
    .digest('hex')
    .slice(0, 16);
  return { version, pages: Object.values(APPS).flatMap(({ pages }) => pages), files: paths };
}

async function workerOf(release: Release): Promise<string> {
  const source = await readFile(fileURLToPath(WORKER), 'utf8');
  const { code } = await transform(source, {
    ...{ loader: 'ts', format: 'iife', minify: true, target: 'es2022' },
    define: { RELEASE: JSON.stringify(release) },
  });
  return code;
}
