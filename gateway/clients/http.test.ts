/** What an HTTP client makes of a subgraph that does not answer as it should. */
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { subgraphTokens } from '../../platform/identity/subgraph-token.js';
import { createLog } from '../../platform/log.js';
import { newTraceparent } from '../../platform/trace.js';
import { eventually } from '../../tests/support/wait.js';
import type { SubgraphClient } from './client.js';
import { forwardedAuthorization, signedIdentity } from './credentials.js';
import { httpClient } from './http.js';
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

function clientOf(credentials = forwardedAuthorization): SubgraphClient {
  return httpClient({ name: 'menu', url: subgraph.url, credentials, log, timeoutMilliseconds: 2_000 });
}

const codes = async (operationType: 'query' | 'mutation' = 'query') =>
  (await client.execute(requestOf(operationType), callOf())).errors?.map(({ extensions }) => extensions.code);

const hangUp: Answer = (response) => response.destroy();

describe('A request that fails on the way', () => {
  it('is tried again when it is a query', async () => {
    subgraph.answers = [hangUp, hangUp, json({ data: { n: 2 } })];
    expect(await client.execute(requestOf('query'), callOf())).toEqual({ data: { n: 2 } });
    expect(subgraph.requests).toHaveLength(3);
  });

  it('is not when it is a mutation that may have arrived', async () => {
    subgraph.answers = [hangUp, json({ data: { n: 2 } })];
    expect(await codes('mutation')).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(subgraph.requests).toHaveLength(1);
  });

  it('is not when the other side had begun to answer, or took too long', async () => {
    subgraph.answers = [
      (response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"data":');
        setTimeout(() => response.destroy(), 10);
      },
    ];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
    subgraph.answers = [never];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(subgraph.requests).toHaveLength(2);
  });
});

describe('A query that is answered with 429 or 503', () => {
  const later =
    (status: number, when: string): Answer =>
    (response) =>
      response.writeHead(status, { 'retry-after': when }).end('later');

  it.each([
    ['seconds', () => '1'],
    ['a date', () => new Date(Date.now() + 1_000).toUTCString()],
    ['a date that has passed', () => new Date(0).toUTCString()],
  ])('is retried when Retry-After, as %s, says so', async (_form, when) => {
    subgraph.answers = [later(503, when()), later(429, '0'), json({ data: { n: 2 } })];
    expect(await client.execute(requestOf('query'), callOf())).toEqual({ data: { n: 2 } });
    expect(subgraph.requests).toHaveLength(3);
  });

  it.each([
    ['that is later than an answer may take', '60'],
    ['that is no time', 'soon'],
  ])('is not for one %s', async (_what, when) => {
    subgraph.answers = [later(503, when), json({ data: { n: 2 } })];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(subgraph.requests).toHaveLength(1);
  });

  it('is not where it is a mutation', async () => {
    subgraph.answers = [later(503, '0'), json({ data: { n: 2 } })];
    expect(await codes('mutation')).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(subgraph.requests).toHaveLength(1);
  });

  it('is not retried once its caller has left', async () => {
    subgraph.answers = [later(503, '5')];
    const controller = new AbortController();
    const answer = client.execute(requestOf('query'), callOf({ signal: controller.signal }));
    await eventually(() => expect(subgraph.requests).toHaveLength(1));
    controller.abort();
    expect((await answer).errors).toHaveLength(1);
    expect(subgraph.requests).toHaveLength(1);
  });
});

describe('An encoded answer', () => {
  const text = JSON.stringify({ data: { n: 9 } });
  const encoded =
    (encoding: string, body: Buffer): Answer =>
    (response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(body);

  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['identity', Buffer.from(text)],
    ['gzip, BR', brotliCompressSync(gzipSync(text))],
  ])('of %s is understood', async (encoding, body) => {
    subgraph.answers = [encoded(encoding, body)];
    expect(await client.execute(requestOf('query'), callOf())).toEqual({ data: { n: 9 } });
  });

  it('with a byte-order mark is understood', async () => {
    subgraph.answers = [(response) => response.end(`\uFEFF${text}`)];
    expect(await client.execute(requestOf('query'), callOf())).toEqual({ data: { n: 9 } });
  });

  it.each([
    ['of an unknown encoding', 'sdch', Buffer.from(text)],
    ['that is not what it says', 'gzip', Buffer.from(text)],
    ['that is cut off', 'gzip', gzipSync(text).subarray(0, 20)],
    ['that is too large once it is decompressed', 'gzip', gzipSync(Buffer.alloc(65 * 2 ** 20, 32))],
  ])('%s is as good as none', async (_what, encoding, body) => {
    subgraph.answers = [encoded(encoding, body)];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(subgraph.requests).toHaveLength(1);
  });
});

describe('An answer', () => {
  it('that comes in drops without end is as good as none', async () => {
    let drops: NodeJS.Timeout | undefined;
    subgraph.answers = [
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":');
        drops = setInterval(() => response.write(' '), 50);
      },
    ];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
    clearInterval(drops);
  });

  it.each([
    ['that is no JSON', (response: ServerResponse) => response.end('<html>')],
    ['that is empty', (response: ServerResponse) => response.end()],
    ['that is JSON and no answer', json({ hello: 1 })],
    ['of another shape', json({ data: 5 })],
    ['of a proxy in between', (response: ServerResponse) => response.writeHead(502).end('Bad gateway')],
  ])('%s is as good as none', async (_what, answer) => {
    subgraph.answers = [answer];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
  });

  it('of errors is one, whatever its status', async () => {
    subgraph.answers = [json({ errors: [{ message: 'no', extensions: { code: 'NOT_FOUND' } }] }, 400)];
    expect(await codes()).toEqual(['NOT_FOUND']);
  });

  it('may have errors that are nonsense', async () => {
    subgraph.answers = [json({ data: null, errors: [null, 5, { message: 7, path: [{}] }] })];
    const { errors } = await client.execute(requestOf('query'), callOf());
    expect(errors?.map(({ message, path }) => [message, path])).toEqual(
      Array.from({ length: 3 }, () => ['Error without a message', undefined]),
    );
  });
});

describe('What travels', () => {
  it("is the caller's authorization, the trace and nothing else of the client", async () => {
    const traceparent = newTraceparent();
    await client.execute(requestOf('query'), callOf({ authorization: 'Bearer x', traceparent }));
    const [request] = subgraph.requests;
    expect(request?.url).toBe('/graphql?v=1');
    expect(request?.headers).toMatchObject({ authorization: 'Bearer x', traceparent });
    expect(Object.keys(request?.headers ?? {}).toSorted()).toEqual(
      [
        'accept',
        'authorization',
        'connection',
        'content-length',
        'content-type',
        'host',
        'traceparent',
      ].toSorted(),
    );
  });

  it('is the identity, and where a mutation came from, signed for the subgraph, where there is a key', async () => {
    const tokens = subgraphTokens('a secret of at least thirty-two characters');
    client = clientOf(signedIdentity(tokens, 'menu'));
    const identity = { customerId: 'rina', roles: [] };
    const origin = { address: '203.0.113.7', userAgent: 'Kedai till' };
    await client.execute(
      requestOf('mutation'),
      callOf({ identity, origin, authorization: "Bearer the client's own" }),
    );
    const token = subgraph.requests[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
    expect(await tokens.verify(token, 'menu')).toEqual({ identity, origin });
  });

  it("does not make the gateway's own refusal the caller's", async () => {
    const tokens = subgraphTokens('a secret of at least thirty-two characters');
    client = clientOf(signedIdentity(tokens, 'menu'));
    subgraph.answers = [json({ errors: [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }] }, 401)];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
  });
});
