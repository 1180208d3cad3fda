/** Integers that a double cannot hold, in a client's variables over every transport and on to the subgraph. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ForeignGateway, startForeignGateway } from '../../tests/support/foreign-gateway.js';
import { eventually } from '../../tests/support/wait.js';
import { ScriptedUpstream } from '../clients/testing/scripted-upstream.js';
import { Peer } from '../subscriptions/testing/peer.js';

const LARGE = '9007199254740993';
const LARGER = '-9223372036854775808';

/** The bodies that the subgraph received, as text. */
const bodies: string[] = [];
let bank: Server;
let feed: ScriptedUpstream;
let under: ForeignGateway;

beforeEach(async () => {
  bodies.length = 0;
  bank = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    response.setHeader('content-type', 'application/json').end('{"data":{"echo":"ok"}}');
  });
  await new Promise<void>((resolve) => bank.listen(0, '127.0.0.1', resolve));
  feed = await ScriptedUpstream.start({});
  under = await startForeignGateway({
    bank: {
      typeDefs: `
        scalar Long
        input Transfer { amount: Long, to: ID, rates: [Float!], note: String }
        type Query { echo(n: Long, id: ID, rate: Float, count: Int, transfer: Transfer): String }`,
      resolvers: {},
      url: `http://127.0.0.1:${(bank.address() as AddressInfo).port}/graphql`,
    },
    feed: {
      typeDefs: 'scalar Long type Query { feeds: Int } type Subscription { moved(n: Long!): Int }',
      resolvers: {},
      url: feed.url,
    },
  });
});
afterEach(async () => {
  await under.stop();
  feed.stop();
  bank.closeAllConnections();
  bank.close();
});

async function post(query: string, variables: string): Promise<{ status: number; text: string }> {
  const response = await fetch(under.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
  });
  return { status: response.status, text: await response.text() };
}

const ECHO = 'query ($n: Long) { echo(n: $n) }';

describe('A custom scalar reaches its subgraph with every digit', () => {
  it('by POST, wherever it stands', async () => {
    const query = 'query ($n: Long, $transfer: Transfer) { echo(n: $n, transfer: $transfer) }';
    await post(query, `{"n":${LARGE},"transfer":{"amount":${LARGER},"note":"${LARGE}"}}`);
    expect(bodies[0]).toContain(`"n":${LARGE}`);
    expect(bodies[0]).toContain(`"amount":${LARGER}`);
    expect(bodies[0]).toContain(`"note":"${LARGE}"`);
  });

  it('by GET', async () => {
    const search = new URLSearchParams({ query: ECHO, variables: `{"n":${LARGE}}` });
    expect((await fetch(`${under.url}?${search}`)).status).toBe(200);
    expect(bodies[0]).toContain(`"n":${LARGE}`);
  });

  it('over a socket', async () => {
    const client = await new Peer(under.url).init();
    client.send(
      `{"id":"1","type":"subscribe","payload":{"query":${JSON.stringify(ECHO)},"variables":{"n":${LARGE}}}}`,
    );
    await client.next(({ type }) => type === 'complete');
    expect(bodies[0]).toContain(`"n":${LARGE}`);
    client.close();
  });

  it('in a subscription, whose upstream is a socket', async () => {
    const client = await new Peer(under.url).init();
    const query = 'subscription ($n: Long!) { moved(n: $n) }';
    client.send(
      `{"id":"1","type":"subscribe","payload":{"query":${JSON.stringify(query)},"variables":{"n":${LARGE}}}}`,
    );
    await eventually(() => expect(feed.subscribed[0]?.text).toContain(`"n":${LARGE}`));
    client.close();
  });

  it('over server-sent events', async () => {
    const search = new URLSearchParams({
      query: 'subscription ($n: Long!) { moved(n: $n) }',
      variables: `{"n":${LARGE}}`,
    });
    const closing = new AbortController();
    await fetch(`${under.url}/stream?${search}`, {
      headers: { accept: 'text/event-stream' },
      signal: closing.signal,
    });
    await eventually(() => expect(feed.subscribed[0]?.text).toContain(`"n":${LARGE}`));
    closing.abort();
  });

  it('and requests that differ in its last digit share no answer', async () => {
    await Promise.all([post(ECHO, `{"n":${LARGE}}`), post(ECHO, '{"n":9007199254740992}')]);
    expect(bodies).toHaveLength(2);
  });
});

describe('A built-in type', () => {
  it('ID takes the digits as text', async () => {
    await post(
      'query ($id: ID, $t: Transfer) { echo(id: $id, transfer: $t) }',
      `{"id":${LARGE},"t":{"to":${LARGE}}}`,
    );
    expect(bodies[0]).toContain(`"id":"${LARGE}"`);
    expect(bodies[0]).toContain(`"to":"${LARGE}"`);
  });

  it('Float takes the nearest number', async () => {
    const query = 'query ($r: Float, $t: Transfer) { echo(rate: $r, transfer: $t) }';
    await post(query, '{"r":90071992547409931,"t":{"rates":[90071992547409931]}}');
    expect(bodies[0]).toContain('"r":90071992547409940');
    expect(bodies[0]).toContain('"rates":[90071992547409940]');
  });

  it('Int and String refuse it', async () => {
    for (const [query, variables] of [
      ['query ($n: Int) { echo(count: $n) }', `{"n":${LARGE}}`],
      ['query ($t: Transfer) { echo(transfer: $t) }', `{"t":{"note":${LARGE}}}`],
    ] as const) {
      expect((await post(query, variables)).text).toContain('BAD_USER_INPUT');
    }
    expect(bodies).toEqual([]);
  });
});

it('a deeply nested value with a large integer is refused like any other', async () => {
  const depth = 50_000;
  const { text } = await post(ECHO, `{"n":${'['.repeat(depth)}${LARGE}${']'.repeat(depth)}}`);
  expect(text).toContain('OPERATION_TOO_COMPLEX');
});
