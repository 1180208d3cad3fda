/** How subscriptions share connections to a subgraph elsewhere, and when those open and close. */
import { parse } from 'graphql';
import { afterEach, expect, test } from 'vitest';
import { createLog } from '../../platform/log.js';
import { eventually } from '../../tests/support/wait.js';
import type { SubgraphRequest, Subscriptions } from './client.js';
import { forwardedAuthorization } from './credentials.js';
import { callOf } from './testing/erratic-subgraph.js';
import { type Script, ScriptedUpstream } from './testing/scripted-upstream.js';
import { webSocketSubscriptions } from './web-socket.js';

let upstream: ScriptedUpstream;
let client: Subscriptions;

afterEach(async () => {
  await client.close();
  upstream.stop();
});

async function start(script: Script = {}): Promise<void> {
  upstream = await ScriptedUpstream.start(script);
  client = webSocketSubscriptions({
    name: 'menu',
    url: upstream.url.replace('http', 'ws'),
    credentials: forwardedAuthorization,
    log: createLog('silent'),
  });
}

function requestOf(field: string): SubgraphRequest {
  const query = `subscription { ${field} }`;
  return {
    query,
    document: parse(query),
    operationName: undefined,
    operationType: 'subscription',
    variables: {},
  };
}

test('subscriptions of one authorization share a connection, those of others have their own', async () => {
  await start();
  const authorizations = [undefined, 'Bearer a', 'Bearer a', 'Bearer b', undefined];
  await Promise.all(
    authorizations.map((authorization) => client.subscribe(requestOf('n'), callOf({ authorization }))),
  );
  await eventually(() => expect(upstream.subscribed).toHaveLength(5));
  expect(upstream.connections).toBe(3);
});

test('an isolated subscription shares no connection', async () => {
  await start();
  for (const isIsolated of [false, true, true, false]) {
    await client.subscribe(requestOf('n'), callOf({ isIsolated }));
  }
  await eventually(() => expect(upstream.subscribed).toHaveLength(4));
  expect(upstream.connections).toBe(3);
});

test('a subscription that is aborted before the connection is acknowledged is never sent', async () => {
  let acknowledge = (): void => {};
  await start({
    init(socket) {
      acknowledge = () => socket.send('{"type":"connection_ack"}');
    },
  });
  const controller = new AbortController();
  const aborted = client.subscribe(requestOf('aborted'), callOf({ signal: controller.signal }));
  const kept = client.subscribe(requestOf('wanted'), callOf());
  await eventually(() => expect(upstream.connections).toBe(1));
  controller.abort();
  acknowledge();
  expect(await (await aborted).next()).toEqual({ done: true, value: undefined });
  await kept;
  await eventually(() =>
    expect(upstream.subscribed.map(({ query }) => query)).toEqual(['subscription { wanted }']),
  );
});

test('a connection closes when it has had no subscription for a while, and the next opens another', async () => {
  await start();
  const stream = await client.subscribe(requestOf('n'), callOf());
  await eventually(() => expect(upstream.subscribed).toHaveLength(1));
  await stream.return?.();
  await eventually(() => expect(upstream.completed).toEqual([upstream.subscribed[0]?.id]));
  await eventually(() => expect(upstream.openConnections).toBe(0));
  await client.subscribe(requestOf('n'), callOf());
  await eventually(() => expect(upstream.subscribed).toHaveLength(2));
  expect(upstream.connections).toBe(2);
});

test('what was sent before the connection broke is read before the interruption', async () => {
  await start({
    subscribe({ next, socket }) {
      for (const n of [1, 2]) next({ n });
      setImmediate(() => socket.terminate());
    },
  });
  const stream = await client.subscribe(requestOf('n'), callOf());
  await eventually(() => expect(upstream.openConnections).toBe(0));
  const read = [await stream.next(), await stream.next()];
  expect(read.map(({ value }) => value)).toEqual([{ data: { n: 1 } }, { data: { n: 2 } }]);
  await expect(stream.next()).rejects.toMatchObject({ name: 'StreamInterrupted', mustIsolate: false });
});
