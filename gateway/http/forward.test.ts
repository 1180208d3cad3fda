import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpServer, sendText, startHttpServer } from '../../platform/http/server.js';
import { createLog } from '../../platform/log.js';
import { forwardTo } from './forward.js';

const route = { method: 'POST', path: '/webhooks/xendit' } as const;
const received: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
let unit: HttpServer;
let gateway: HttpServer;

const serve = (routes: Parameters<typeof startHttpServer>[0]['routes']) =>
  startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes,
    ready: async () => {},
    log: createLog('silent'),
  });

beforeAll(async () => {
  unit = await serve([
    {
      ...route,
      async handle(request, response) {
        const body = Buffer.concat(await request.toArray());
        received.push({ headers: request.headers, body });
        sendText(response, 202, 'taken');
      },
    },
  ]);
  gateway = await serve([forwardTo(() => `http://127.0.0.1:${unit.port}/graphql`, route)]);
});
afterAll(async () => {
  await gateway.stop();
  await unit.stop();
});

const post = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${gateway.port}${route.path}`, { method: 'POST', headers, body });

test('a callback arrives byte for byte, with what it is and who vouches for it', async () => {
  const body = Uint8Array.from([0x7b, 0xff, 0xfe, 0x00, 0xe9, 0x7d]);
  const vouching = { 'content-type': 'application/json', 'x-callback-token': 't', 'webhook-id': 'w' };
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const answer = await post(body, {
    ...vouching,
    traceparent,
    authorization: 'Bearer t',
    cookie: 'a=b',
    'x-forwarded-for': '10.0.0.1',
    'x-kedai-identity': 'root',
    'x-request-id': 'r1',
  });
  expect([answer.status, await answer.text()]).toEqual([202, 'taken']);
  const [{ headers, body: arrived } = { headers: {}, body: Buffer.alloc(0) }] = received;
  expect(arrived).toEqual(Buffer.from(body));
  const { host, connection, 'content-length': length, ...forwarded } = headers;
  expect(forwarded).toEqual({ ...vouching, traceparent, accept: '*/*', 'x-request-id': 'r1' });
});

test('one that is too large is refused here', async () => {
  received.length = 0;
  expect((await post(new Uint8Array(300 * 1_024))).status).toBe(413);
  expect(received).toEqual([]);
});

test('an answer arrives byte for byte, with what it is called and who may store it', async () => {
  const pdf = Uint8Array.from([0x25, 0x50, 0x44, 0x46, 0xff, 0xfe, 0x00, 0xe9]);
  const described = {
    'content-type': 'application/pdf',
    'content-disposition': 'inline; filename="receipt-1.pdf"',
    'cache-control': 'private, max-age=3600',
  };
  const path = '/receipt.pdf';
  const documents = await serve([
    { method: 'GET', path, handle: (_, response) => void response.writeHead(200, described).end(pdf) },
  ]);
  const front = await serve([forwardTo(() => `http://127.0.0.1:${documents.port}`, { method: 'GET', path })]);
  const answer = await fetch(`http://127.0.0.1:${front.port}${path}?token=t`);
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(pdf);
  expect(Object.fromEntries(answer.headers)).toMatchObject(described);
  await front.stop();
  await documents.stop();
});
