/** A served subgraph is for the gateway alone. */
import { once } from 'node:events';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { HttpServer } from '../http/server.js';
import { sendText } from '../http/server.js';
import { ANONYMOUS } from '../identity/identity.js';
import { subgraphTokens } from '../identity/subgraph-token.js';
import { createLog } from '../log.js';
import { serveSubgraph } from './serve.js';

const tokens = subgraphTokens('a secret of at least thirty-two characters');
const others = subgraphTokens('another secret of thirty-two characters!');

let server: HttpServer;

beforeAll(async () => {
  server = await serveSubgraph(
    {
      name: 'menu',
      schema: buildSchema('type Query { hello: String } type Subscription { ticks: Int }'),
      context: () => ({}),
      routes: [
        { method: 'GET', path: '/public', handle: (_request, response) => sendText(response, 200, 'open') },
      ],
      ready: async () => {},
    },
    { host: '127.0.0.1', port: 0, tokens, log: createLog('silent') },
  );
});
afterAll(() => server.stop());

const url = (path = '/graphql') => `http://127.0.0.1:${server.port}${path}`;

async function post(body: string, authorization?: string) {
  const response = await fetch(url(), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}

const hello = JSON.stringify({ query: '{ hello }' });

test('a request that is not from the gateway is refused with nothing else', async () => {
  const forged = [
    undefined,
    'Bearer nonsense',
    `Bearer ${await others.sign(ANONYMOUS, 'menu')}`,
    `Bearer ${await tokens.sign(ANONYMOUS, 'order')}`,
  ];
  for (const authorization of forged) {
    for (const body of [hello, '{', JSON.stringify({ query: '{ nothing }' })]) {
      const { status, text } = await post(body, authorization);
      expect(status).toBe(401);
      expect(JSON.parse(text)).toEqual({
        errors: [{ message: 'Not the gateway', extensions: { code: 'UNAUTHENTICATED' } }],
      });
    }
  }
});

test('the gateway gets its answer, and 400 for an invalid request', async () => {
  const authorization = `Bearer ${await tokens.sign(ANONYMOUS, 'menu')}`;
  expect(await post(hello, authorization)).toEqual({ status: 200, text: '{"data":{"hello":null}}' });
  for (const body of [
    '{',
    '[]',
    '{"query":5}',
    JSON.stringify({ query: '{ nothing }' }),
    JSON.stringify({ query: '{' }),
  ]) {
    const { status, text } = await post(body, authorization);
    expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
  }
});

async function closeCodeAfter(init: object): Promise<number> {
  const socket = new WebSocket(url().replace('http', 'ws'), 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: init }));
  const [code] = await once(socket, 'close');
  return code;
}

test('a socket is for the gateway alone, and each subscription on it for the caller that it names', async () => {
  expect(await closeCodeAfter({})).toBe(4403);
  expect(await closeCodeAfter({ authorization: `Bearer ${await tokens.sign(ANONYMOUS, 'order')}` })).toBe(
    4403,
  );

  const socket = new WebSocket(url().replace('http', 'ws'), 'graphql-transport-ws');
  await once(socket, 'open');
  const authorization = `Bearer ${await tokens.sign(ANONYMOUS, 'menu')}`;
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { ticks }' } }));
  const [message] = await once(socket, 'message');
  expect(JSON.parse(String(message))).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
  socket.close();
});

test('its own routes and its health are open', async () => {
  expect(await (await fetch(url('/public'))).text()).toBe('open');
  expect((await fetch(url('/health/ready'))).status).toBe(200);
});
