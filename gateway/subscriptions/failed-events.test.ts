/** Events that carry errors are events: they are delivered, and the stream goes on. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { type ForeignGateway, startForeignGateway } from '../../tests/support/foreign-gateway.js';
import { FrontEnd } from '../../tests/support/front-end.js';
import { eventually } from '../../tests/support/wait.js';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A subgraph that answers every subscription with these payloads and leaves it open. */
async function upstreamOf(payloads: readonly object[]): Promise<string> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' });
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { type, id } = JSON.parse(String(data));
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type === 'ping') socket.send('{"type":"pong"}');
      if (type !== 'subscribe') return;
      for (const payload of payloads) socket.send(JSON.stringify({ type: 'next', id, payload }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    for (const socket of sockets.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/graphql`;
}

async function gatewayOver(payloads: readonly object[]): Promise<ForeignGateway> {
  const under = await startForeignGateway({
    clock: {
      typeDefs: 'type Query { hour: Int } type Subscription { ticked: Int! }',
      resolvers: {},
      url: await upstreamOf(payloads),
    },
  });
  stops.unshift(() => under.stop());
  return under;
}

test.each([
  ['errors and null data', { data: null, errors: [{ message: 'lost', path: ['ticked'] }] }],
  ['errors and no data', { errors: [{ message: 'lost', path: ['ticked'] }] }],
])('an event with %s is delivered and the stream goes on', async (_what, failed) => {
  const under = await gatewayOver([{ data: { ticked: 1 } }, failed, { data: { ticked: 3 } }]);
  const stream = new FrontEnd(under.url).subscribe('subscription { ticked }');
  await eventually(() => expect(stream.events).toEqual([{ ticked: 1 }, { ticked: 3 }]));
  expect(stream.errors).toEqual(['lost']);
  stream.close();
});
