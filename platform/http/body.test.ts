import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../log.js';
import { BodyTooLarge, readBody } from './body.js';
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
            if (!(error instanceof BodyTooLarge)) throw error;
            sendText(response, 413, 'Too large');
          }
        },
      },
    ],
    ready: async () => undefined,
    log: createLog('silent'),
  });
});
afterAll(() => server.stop());

const post = (body: string | ReadableStream) =>
  fetch(`http://127.0.0.1:${server.port}/echo`, { method: 'POST', body, ...{ duplex: 'half' } });

test('a body within the limit is read whole, whatever parts it comes in', async () => {
  expect(await (await post('x'.repeat(LIMIT))).text()).toBe('x'.repeat(LIMIT));
  const parts = new Blob(['é'.repeat(200), 'ü'.repeat(200)]).stream();
  expect(await (await post(parts)).text()).toBe('é'.repeat(200) + 'ü'.repeat(200));
});

test('a body beyond it is too large, and whoever sends one hears so, however large', async () => {
  expect((await post('x'.repeat(LIMIT + 1))).status).toBe(413);
  const large = 'x'.repeat(20 * MEBIBYTE);
  const answers = await Promise.all([large, new Blob([large]).stream(), large].map(post));
  expect(answers.map(({ status }) => status)).toEqual([413, 413, 413]);
});

test('a body that is announced as endless is not waited for', async () => {
  const socket = connect(server.port, '127.0.0.1');
  socket.write(`POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${1024 * MEBIBYTE}\r\n\r\n`);
  const [answer] = await once(socket.setEncoding('utf8'), 'data');
  socket.destroy();
  expect(String(answer)).toMatch(/^HTTP\/1.1 413 /);
});
