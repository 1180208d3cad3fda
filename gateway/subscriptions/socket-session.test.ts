/** Which messages a session takes. */
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { eventually } from '../../tests/support/wait.js';
import { ClientSocket } from './client-socket.js';
import { Session } from './socket-session.js';
import { Peer } from './testing/peer.js';

let server: WebSocketServer;
let webSocket: WebSocket;
let client: Peer;
/** Of every message that came, whatever became of it. */
let arrived: number;
const subscribed: string[] = [];

beforeEach(async () => {
  arrived = 0;
  subscribed.length = 0;
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (accepted, request) => {
    webSocket = accepted;
    const session = new Session(new ClientSocket(accepted, request.socket, 1_000), {
      connect: async () => true,
      tokenIn: () => undefined,
      renew: async () => undefined,
      subscribe: (_operation, { query }) => subscribed.push(query),
      failed() {},
    });
    accepted.on('message', (message) => {
      session.receive(String(message));
      arrived += 1;
    });
    accepted.once('close', () => session.end());
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  client = await new Peer(`http://127.0.0.1:${port}`).init();
});
afterEach(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
});

test('messages that arrive while the close is on its way are ignored', async () => {
  client.subscribe('1', '{ before }');
  await eventually(() => expect(subscribed).toEqual(['{ before }']));
  client.stall();
  webSocket.close(4403, 'The access token has expired');
  client.subscribe('2', '{ after }');
  await eventually(() => expect(arrived).toBe(3));
  expect(subscribed).toEqual(['{ before }']);
});

test('a ping whose payload cannot be written again closes its socket alone', async () => {
  const depth = 40_000;
  client.send(`{"type":"ping","payload":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`);
  expect(await client.closed).toEqual({ code: 4400, reason: 'Invalid message received' });
});

test('a ping is answered with all digits of its payload', async () => {
  client.send('{"type":"ping","payload":{"n":9007199254740993}}');
  await eventually(() => expect(client.texts).toContain('{"type":"pong","payload":{"n":9007199254740993}}'));
});
