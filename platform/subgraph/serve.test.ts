/** A served subgraph is for the gateway alone. */
import { once } from 'node:events';
import { buildSchema } from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { HttpServer } from '../http/server.js';
import { sendText } from '../http/server.js';
import { ANONYMOUS } from '../identity/identity.js';
import { subgraphTokens } from '../identity/subgraph-token.js';
import { serveSubgraph } from './serve.js';

const SECRET = 'a secret of at least thirty-two characters';
const tokens = subgraphTokens(SECRET);
const others = subgraphTokens('another secret of thirty-two characters!');

/** What the server has logged. */
const lines: string[] = [];
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
    { host: '127.0.0.1', port: 0, tokens, log: pino({}, { write: (line: string) => void lines.push(line) }) },
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

test('clocks may differ by two minutes; beyond that the refusal is logged', async () => {
  const agoBy = async (seconds: number) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - seconds * 1_000 });
    // A token object of its own: those above reuse what they have signed.
    const token = await subgraphTokens(SECRET).sign(ANONYMOUS, 'menu');
    vi.useRealTimers();
    return (await post(hello, `Bearer ${token}`)).status;
  };
  expect(await agoBy(170)).toBe(200);
  expect(lines.join('')).not.toContain('expired');
  expect(await agoBy(185)).toBe(401);
  expect(lines.join('')).toMatch(
    /"expiredSeconds":12\d,.*the gateway is refused: its token has expired by the clock/,
  );
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
