/**
 * Builds the screens into `dist/web`: one page per entry, every asset under `/assets` with its content's hash in its name. Nothing is
 * inlined, so that the pages' Content-Security-Policy needs neither `unsafe-inline` nor `data:` for scripts, styles and fonts.
 */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: pathOf('.'),
  base: '/',
  plugins: [react()],
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
    },
  },
});
