/** When requests to a subgraph elsewhere are not sent: while it fails or is overloaded, never for what one caller sends. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { subgraphTokens } from '../../platform/identity/subgraph-token.js';
import { createLog } from '../../platform/log.js';
import { eventually } from '../../tests/support/wait.js';
import type { SubgraphClient } from './client.js';
import { forwardedAuthorization, signedIdentity } from './credentials.js';
import { type HttpClientOptions, httpClient } from './http.js';
import { type Answer, callOf, ErraticSubgraph, json, never, requestOf } from './testing/erratic-subgraph.js';

const log = createLog('silent');

let subgraph: ErraticSubgraph;
let client: SubgraphClient;

beforeEach(async () => {
  subgraph = await ErraticSubgraph.start();
  client = clientOf();
});
afterEach(async () => {
  subgraph.stop();
  await client.close();
});

function clientOf(more: Partial<HttpClientOptions> = {}): SubgraphClient {
  const timeoutMilliseconds = 2_000;
  const credentials = forwardedAuthorization;
  return httpClient({ name: 'menu', url: subgraph.url, credentials, log, timeoutMilliseconds, ...more });
}

const codes = async () =>
  (await client.execute(requestOf('query'), callOf())).errors?.map(({ extensions }) => extensions.code);

describe('Where every connection is taken', () => {
  let release: () => void;
  const held: Answer = (response, request) => {
    release = () => json({ data: { n: 1 } })(response, request);
  };

  beforeEach(async () => {
    await client.close();
    client = clientOf({ connections: 1, waiting: 1, timeoutMilliseconds: 60_000 });
    subgraph.answers = [held, json({ data: { n: 2 } })];
  });

  it('a bounded number of requests wait and the rest are refused at once, which is no failure of the subgraph', async () => {
    const first = client.execute(requestOf('query'), callOf());
    await eventually(() => expect(subgraph.requests).toHaveLength(1));
    const next = client.execute(requestOf('query'), callOf());
    for (let sent = 0; sent < 12; sent += 1) expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
    release();
    expect(await Promise.all([first, next])).toEqual([{ data: { n: 1 } }, { data: { n: 2 } }]);
    expect(subgraph.requests).toHaveLength(2);
  });

  it('a caller that leaves while waiting causes no request, and leaves its place to others', async () => {
    const first = client.execute(requestOf('query'), callOf());
    await eventually(() => expect(subgraph.requests).toHaveLength(1));
    const controller = new AbortController();
    const gone = client.execute(requestOf('query'), callOf({ signal: controller.signal }));
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
    controller.abort();
    expect((await gone).errors).toHaveLength(1);
    const next = client.execute(requestOf('query'), callOf());
    release();
    expect(await Promise.all([first, next])).toEqual([{ data: { n: 1 } }, { data: { n: 2 } }]);
    expect(subgraph.requests).toHaveLength(2);
  });
});

describe('A caller that the subgraph refuses', () => {
  const bare =
    (status: number): Answer =>
    (response) =>
      response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>No</h1>');

  it.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [302, 'SUBGRAPH_UNAVAILABLE'],
    [431, 'SUBGRAPH_UNAVAILABLE'],
  ])('with %i and no GraphQL gets %s, and opens the circuit for no other', async (status, code) => {
    subgraph.answers = [bare(status)];
    for (let sent = 0; sent < 12; sent += 1) expect(await codes()).toEqual([code]);
    subgraph.answers = [json({ data: { n: 7 } })];
    expect(await client.execute(requestOf('query'), callOf())).toEqual({ data: { n: 7 } });
  });

  it.each([401, 403])('with %i for what the gateway signed gets SUBGRAPH_UNAVAILABLE', async (status) => {
    const tokens = subgraphTokens('a secret of at least thirty-two characters');
    client = clientOf({ credentials: signedIdentity(tokens, 'menu') });
    subgraph.answers = [bare(status)];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
  });
});

it('a caller that leaves ends its request, which is no failure of the subgraph', async () => {
  subgraph.answers = [never];
  for (let gone = 0; gone < 12; gone += 1) {
    const controller = new AbortController();
    const answer = client.execute(requestOf('query'), callOf({ signal: controller.signal }));
    await eventually(() => expect(subgraph.requests).toHaveLength(gone + 1));
    controller.abort();
    expect((await answer).errors).toHaveLength(1);
  }
  subgraph.answers = [json({ data: { n: 3 } })];
  expect(await client.execute(requestOf('query'), callOf())).toEqual({ data: { n: 3 } });
});

it('failures in a row open the circuit, and it closes again with a success', async () => {
  subgraph.answers = [(response) => response.writeHead(500).end()];
  for (let sent = 0; sent < 10; sent += 1) await codes();
  expect(subgraph.requests).toHaveLength(10);
  expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
  expect(subgraph.requests).toHaveLength(10);
  subgraph.answers = [json({ data: { n: 4 } })];
  await eventually(async () => expect(await codes()).toBeUndefined());
  expect(subgraph.requests.length).toBeGreaterThan(10);
});

it('timeouts open the circuit sooner, unless other requests are answered meanwhile', async () => {
  subgraph.answers = [never];
  const together = await Promise.all([codes(), codes(), codes()]);
  expect(together).toEqual(Array.from({ length: 3 }, () => ['SUBGRAPH_UNAVAILABLE']));
  expect(subgraph.requests).toHaveLength(3);
  expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
  expect(subgraph.requests).toHaveLength(3);

  subgraph.answers = [json({ data: { n: 5 } })];
  await eventually(async () => expect(await codes()).toBeUndefined());
  subgraph.answers = [never, never, never, json({ data: { n: 6 } })];
  const slow = Promise.all([codes(), codes(), codes()]);
  await eventually(() => expect(subgraph.answers).toHaveLength(1));
  expect(await codes()).toBeUndefined();
  expect(await slow).toEqual(together);
  expect(await codes()).toBeUndefined();
});
