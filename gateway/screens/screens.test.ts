import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { request } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HttpServer, startHttpServer } from '../../platform/http/server.js';
import { createLog } from '../../platform/log.js';
import { screenRoutes } from './screens.js';

const SCRIPT = `console.log(${JSON.stringify('teh '.repeat(500))});\n`;
let folder: string;
let server: HttpServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-screens-'));
  for (const entry of ['start', 'shop', 'kitchen', 'dashboard', 'assets']) await mkdir(join(folder, entry));
  for (const entry of ['start', 'shop', 'kitchen', 'dashboard'])
    await writeFile(join(folder, entry, 'index.html'), `<title>${entry}</title>`);
  await writeFile(join(folder, 'assets', 'shop-1a2b.js'), SCRIPT);
  await writeFile(join(folder, 'sw.js'), SCRIPT);
  await writeFile(join(folder, 'assets', 'shop-1a2b.js.map'), '{}');
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes: await screenRoutes(folder),
    ready: async () => {},
    log: createLog('silent'),
  });
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  request(`http://127.0.0.1:${server.port}${path}`, { headers });

it.each([
  ['/', 'start'],
  ['/shop?outlet=1', 'shop'],
  ['/kitchen', 'kitchen'],
  ['/kitchen/counter', 'kitchen'],
  ['/kitchen/board', 'kitchen'],
  ['/dashboard', 'dashboard'],
])('%s opens the entry %s, which may load from its own host alone', async (path, entry) => {
  const { statusCode, headers, body } = await get(path);
  expect(statusCode).toBe(200);
  expect(await body.text()).toBe(`<title>${entry}</title>`);
  expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/https?:|unsafe-inline|\*/);
});

it('an asset is compressed and cached for good, a service worker is asked for at each visit', async () => {
  const { headers, body } = await get('/assets/shop-1a2b.js', { 'accept-encoding': 'br' });
  expect(headers).toMatchObject({
    'content-encoding': 'br',
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect(brotliDecompressSync(Buffer.from(await body.arrayBuffer())).toString()).toBe(SCRIPT);
  const worker = await get('/sw.js');
  expect(worker.headers['cache-control']).toBe('no-cache');
  const again = await get('/sw.js', { 'if-none-match': String(worker.headers.etag) });
  expect(again.statusCode).toBe(304);
});

it('what is no part of a screen is not found, and neither is what lies outside the folder', async () => {
  for (const path of ['/assets/shop-1a2b.js.map', '/shop/index.html', '/assets/../../package.json'])
    expect((await get(path)).statusCode).toBe(404);
});

it('a gateway without built screens serves none', async () => {
  expect(await screenRoutes(join(folder, 'nowhere'))).toEqual([]);
});
