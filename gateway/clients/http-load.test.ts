/** When a subgraph elsewhere is asked at all: not while it fails or is too busy, and always whatever one caller sends. */
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
  let letGo: () => void;
  const held: Answer = (response, asked) => {
    letGo = () => json({ data: { n: 1 } })(response, asked);
  };

  beforeEach(async () => {
    await client.close();
    client = clientOf({ connections: 1, waiting: 1, timeoutMilliseconds: 60_000 });
    subgraph.answers = [held, json({ data: { n: 2 } })];
  });

  it('so many wait, and all others are refused at once, which is no fault of the subgraph', async () => {
    const first = client.execute(requestOf('query'), callOf());
    await eventually(() => expect(subgraph.requests).toHaveLength(1));
    const next = client.execute(requestOf('query'), callOf());
    for (let asked = 0; asked < 12; asked += 1) expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
    letGo();
    expect(await Promise.all([first, next])).toEqual([{ data: { n: 1 } }, { data: { n: 2 } }]);
    expect(subgraph.requests).toHaveLength(2);
  });

  it('who goes away while waiting is never asked for, and leaves the place to others', async () => {
    const first = client.execute(requestOf('query'), callOf());
    await eventually(() => expect(subgraph.requests).toHaveLength(1));
    const controller = new AbortController();
    const gone = client.execute(requestOf('query'), callOf({ signal: controller.signal }));
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
    controller.abort();
    expect((await gone).errors).toHaveLength(1);
    const next = client.execute(requestOf('query'), callOf());
    letGo();
    expect(await Promise.all([first, next])).toEqual([{ data: { n: 1 } }, { data: { n: 2 } }]);
    expect(subgraph.requests).toHaveLength(2);
  });
});

describe('A caller whom the other side turns away', () => {
  const bare =
    (status: number): Answer =>
    (response) =>
      response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>No</h1>');

  it.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [302, 'SUBGRAPH_UNAVAILABLE'],
    [431, 'SUBGRAPH_UNAVAILABLE'],
  ])('with %i and no GraphQL is told %s, and closes the way for nobody', async (status, code) => {
    subgraph.answers = [bare(status)];
    for (let asked = 0; asked < 12; asked += 1) expect(await codes()).toEqual([code]);
    subgraph.answers = [json({ data: { n: 7 } })];
    expect(await client.execute(requestOf('query'), callOf())).toEqual({ data: { n: 7 } });
  });

  it.each([401, 403])('with %i for what the gateway signed is not told that', async (status) => {
    const tokens = subgraphTokens('a secret of at least thirty-two characters');
    client = clientOf({ credentials: signedIdentity(tokens, 'menu') });
    subgraph.answers = [bare(status)];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
  });
});

it('a caller who goes away is not waited for, and is no fault of the subgraph', async () => {
  subgraph.answers = [never];
  for (let gone = 0; gone < 12; gone += 1) {
    const controller = new AbortController();
    const asked = client.execute(requestOf('query'), callOf({ signal: controller.signal }));
    await eventually(() => expect(subgraph.requests).toHaveLength(gone + 1));
    controller.abort();
    expect((await asked).errors).toHaveLength(1);
  }
  subgraph.answers = [json({ data: { n: 3 } })];
  expect(await client.execute(requestOf('query'), callOf())).toEqual({ data: { n: 3 } });
});

it('a subgraph that keeps failing is left alone for a while, and then tried again', async () => {
  subgraph.answers = [(response) => response.writeHead(500).end()];
  for (let asked = 0; asked < 10; asked += 1) await codes();
  expect(subgraph.requests).toHaveLength(10);
  expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
  expect(subgraph.requests).toHaveLength(10);
  subgraph.answers = [json({ data: { n: 4 } })];
  await eventually(async () => expect(await codes()).toBeUndefined());
  expect(subgraph.requests.length).toBeGreaterThan(10);
});

it('a subgraph that hangs is left alone sooner, and one that is slow with some subgraph.answers is not', async () => {
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
