/** What may wait unread: messages of any size for a client that reads, and a bound for one that does not. */
import { connect } from 'node:net';
import { type Client, createClient } from 'graphql-sse';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';
import { ScriptedUpstream } from '../clients/testing/scripted-upstream.js';
import { Peer } from './testing/peer.js';

const LARGE = 4_700_000;
const query = 'subscription { priceChanged(id: "1") { name price } }';

let upstream: ScriptedUpstream;
let under: ShopGateway;

beforeEach(async () => {
  upstream = await ScriptedUpstream.start({});
  under = await startShopGateway({ subgraphs: new Map([['catalogue', { url: upstream.url }]]) });
});
afterEach(async () => {
  await under.stop();
  upstream.stop();
});

/** Emits events with names of these lengths at once. */
async function emit(lengths: readonly number[]): Promise<void> {
  await eventually(() => expect(upstream.subscribed).toHaveLength(1));
  for (const [price, length] of lengths.entries()) {
    upstream.subscribed[0]?.next({ priceChanged: { name: 'x'.repeat(length), price } });
  }
}

const LENGTHS = [10, LARGE, 10, LARGE, LARGE, 10];

describe('A client that reads gets events of 4.5 MB and what follows them', () => {
  test('over a socket', async () => {
    const client = await new Peer(under.url).init();
    client.subscribe('1', query);
    await emit(LENGTHS);
    await eventually(() => expect(client.of('1')).toHaveLength(LENGTHS.length));
    expect(client.of('1').map(({ payload }) => JSON.stringify(payload).length > LARGE)).toEqual(
      LENGTHS.map((length) => length === LARGE),
    );
    client.close();
  });

  test('over server-sent events', async () => {
    const client: Client = createClient({ url: `${under.url}/stream`, retryAttempts: 0 });
    const events: object[] = [];
    client.subscribe({ query }, { next: (event) => events.push(event), error() {}, complete() {} });
    await emit(LENGTHS);
    await eventually(() => expect(events).toHaveLength(LENGTHS.length));
    client.dispose();
  });
});

describe('A client that reads nothing is cut off, however its events are made up', () => {
  test.each([
    ['a few that are large', Array.from({ length: 4 }, () => LARGE)],
    ['many that are small', Array.from({ length: 2_000 }, () => 20_000)],
  ])('over a socket, %s', async (_what, lengths) => {
    const client = await new Peer(under.url).init();
    client.subscribe('1', query);
    await eventually(() => expect(upstream.subscribed).toHaveLength(1));
    client.stall();
    await emit(lengths);
    await eventually(() => expect(upstream.completed).toHaveLength(1));
    client.close();
  });

  test('over server-sent events', async () => {
    const socket = connect(Number(new URL(under.url).port), '127.0.0.1').pause();
    socket.on('error', () => {});
    const search = new URLSearchParams({ query });
    socket.write(
      `GET /graphql/stream?${search} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n`,
    );
    await emit(Array.from({ length: 4 }, () => LARGE));
    await eventually(() => expect(upstream.completed).toHaveLength(1));
    socket.destroy();
  });
});
