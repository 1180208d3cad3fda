import { once } from 'node:events';
import { connect } from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../log.js';
import { BodyRefused, readBody } from './body.js';
import { type HttpServer, sendText, startHttpServer } from './server.js';

const LIMIT = 1_000;
const MEBIBYTE = 1024 * 1024;

let server: HttpServer;

beforeAll(async () => {
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes: [
      {
        method: 'POST',
        path: '/echo',
        async handle(request, response) {
          try {
            sendText(response, 200, await readBody(request, LIMIT));
          } catch (error) {
            if (!(error instanceof BodyRefused)) throw error;
            sendText(response, error.status, error.message);
          }
        },
      },
    ],
    ready: async () => undefined,
    log: createLog('silent'),
  });
});
afterAll(() => server.stop());

const post = (body: string | Uint8Array | ReadableStream, encoding?: string) =>
  fetch(`http://127.0.0.1:${server.port}/echo`, {
    method: 'POST',
    body: body instanceof Uint8Array ? new Uint8Array(body) : body,
    headers: encoding === undefined ? {} : { 'content-encoding': encoding },
    ...{ duplex: 'half' },
  });

const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const TEXT = '{"name":"Kopi Susu é"}';

test('a body within the limit is read whole, whatever parts it comes in', async () => {
  expect(await (await post('x'.repeat(LIMIT))).text()).toBe('x'.repeat(LIMIT));
  const parts = new Blob(['é'.repeat(200), 'ü'.repeat(200)]).stream();
  expect(await (await post(parts)).text()).toBe('é'.repeat(200) + 'ü'.repeat(200));
});

test('a body beyond the limit is answered with 413, however large it is', async () => {
  expect((await post('x'.repeat(LIMIT + 1))).status).toBe(413);
  const large = 'x'.repeat(20 * MEBIBYTE);
  const answers = await Promise.all([large, new Blob([large]).stream(), large].map((body) => post(body)));
  expect(answers.map(({ status }) => status)).toEqual([413, 413, 413]);
});

test('a body whose announced length is far beyond the limit is refused before it arrives', async () => {
  const socket = connect(server.port, '127.0.0.1');
  socket.write(`POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${1024 * MEBIBYTE}\r\n\r\n`);
  const [answer] = await once(socket.setEncoding('utf8'), 'data');
  socket.destroy();
  expect(String(answer)).toMatch(/^HTTP\/1.1 413 /);
});

test.each([
  ['gzip', gzipSync(TEXT)],
  ['x-gzip', gzipSync(TEXT)],
  ['GZIP', gzipSync(TEXT)],
  ['br', brotliCompressSync(TEXT)],
  ['identity', TEXT],
  ['', TEXT],
])('a body with content-encoding "%s" is decompressed', async (encoding, body) => {
  const answer = await post(body, encoding);
  expect([answer.status, await answer.text()]).toEqual([200, TEXT]);
});

test.each(['deflate', 'zstd', 'compress', 'gzip, br', 'nonsense'])(
  'a body with content-encoding "%s" is answered with 415',
  async (encoding) => {
    expect((await post(deflateSync(TEXT), encoding)).status).toBe(415);
  },
);

test.each([
  ['gzip', gzipSync],
  ['br', (text: string | Buffer) => brotliCompressSync(text, FAST)],
])('the limit holds for what %s decompresses to', async (encoding, compress) => {
  expect((await post(compress('x'.repeat(LIMIT)), encoding)).status).toBe(200);
  expect((await post(compress('x'.repeat(LIMIT + 1)), encoding)).status).toBe(413);
  const bomb = compress(Buffer.alloc(8 * MEBIBYTE));
  expect((await post(bomb, encoding)).status).toBe(413);
});

test.each([
  ['is not compressed at all', Buffer.from(TEXT)],
  ['ends too early', gzipSync(TEXT).subarray(0, 20)],
  ['is followed by something else', Buffer.concat([gzipSync(TEXT), Buffer.from('more')])],
  ['is empty', Buffer.alloc(0)],
])('a gzip body that %s is answered with 400', async (_what, body) => {
  expect((await post(body, 'gzip')).status).toBe(400);
});

test('a byte-order mark is not part of the text', async () => {
  expect(await (await post(Buffer.from(`\uFEFF${TEXT}`))).text()).toBe(TEXT);
});
