/** A subgraph elsewhere that does not always answer as it should. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parse } from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import { subgraphTokens } from '../../platform/identity/subgraph-token.js';
import { createLog } from '../../platform/log.js';
import { newTraceparent } from '../../platform/trace.js';
import { eventually } from '../../tests/support/wait.js';
import type { SubgraphCall, SubgraphClient, SubgraphRequest } from './client.js';
import { forwardedAuthorization, signedIdentity } from './credentials.js';
import { httpClient } from './http.js';

const log = createLog('silent');

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Answers each request by the next of these; the last one stays. */
let answers: Answer[];
let requests: IncomingMessage[];
let server: Server;
let client: SubgraphClient;

const json =
  (body: object, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const hangUp: Answer = (response) => response.destroy();
const never: Answer = () => {};

beforeEach(async () => {
  requests = [];
  answers = [json({ data: { n: 1 } })];
  server = createServer((request, response) => {
    requests.push(request);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    request.resume().once('end', () => answer?.(response, request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = clientOf();
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await client.close();
});

function addressOf(): string {
  const address = server.address();
  return typeof address === 'object' && address !== null
    ? `http://127.0.0.1:${address.port}/graphql?v=1`
    : '';
}

function clientOf(credentials = forwardedAuthorization): SubgraphClient {
  return httpClient({ name: 'menu', url: addressOf(), credentials, log, timeoutMilliseconds: 2_000 });
}

const request = (operationType: 'query' | 'mutation'): SubgraphRequest => ({
  query: `${operationType} { n }`,
  document: parse(`${operationType} { n }`),
  operationName: undefined,
  operationType,
  variables: {},
});

const call = (more: Partial<SubgraphCall> = {}): SubgraphCall => ({
  identity: ANONYMOUS,
  authorization: undefined,
  traceparent: newTraceparent(),
  signal: new AbortController().signal,
  ...more,
});

const codes = async (operationType: 'query' | 'mutation' = 'query') =>
  (await client.execute(request(operationType), call())).errors?.map(({ extensions }) => extensions.code);

describe('A request that fails on the way', () => {
  it('is tried again when it is a query', async () => {
    answers = [hangUp, hangUp, json({ data: { n: 2 } })];
    expect(await client.execute(request('query'), call())).toEqual({ data: { n: 2 } });
    expect(requests).toHaveLength(3);
  });

  it('is not when it is a mutation that may have arrived', async () => {
    answers = [hangUp, json({ data: { n: 2 } })];
    expect(await codes('mutation')).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(requests).toHaveLength(1);
  });

  it('is not when the other side had begun to answer, or took too long', async () => {
    answers = [
      (response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"data":');
        setTimeout(() => response.destroy(), 10);
      },
    ];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
    answers = [never];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
    expect(requests).toHaveLength(2);
  });
});

describe('An answer', () => {
  it('that comes in drops without end is as good as none', async () => {
    let drops: NodeJS.Timeout | undefined;
    answers = [
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
    answers = [answer];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
  });

  it('of errors is one, whatever its status', async () => {
    answers = [json({ errors: [{ message: 'no', extensions: { code: 'NOT_FOUND' } }] }, 400)];
    expect(await codes()).toEqual(['NOT_FOUND']);
  });

  it('may have errors that are nonsense', async () => {
    answers = [json({ data: null, errors: [null, 5, { message: 7, path: [{}] }] })];
    const { errors } = await client.execute(request('query'), call());
    expect(errors?.map(({ message, path }) => [message, path])).toEqual(
      Array.from({ length: 3 }, () => ['Error without a message', undefined]),
    );
  });
});

describe('What travels', () => {
  it("is the caller's authorization, the trace and nothing else of the client", async () => {
    const traceparent = newTraceparent();
    await client.execute(request('query'), call({ authorization: 'Bearer x', traceparent }));
    const [asked] = requests;
    expect(asked?.url).toBe('/graphql?v=1');
    expect(asked?.headers).toMatchObject({ authorization: 'Bearer x', traceparent });
    expect(Object.keys(asked?.headers ?? {}).toSorted()).toEqual(
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

  it('is the identity signed for the subgraph, where there is a key', async () => {
    const tokens = subgraphTokens('a secret of at least thirty-two characters');
    client = clientOf(signedIdentity(tokens, 'menu'));
    const identity = { customerId: 'rina', roles: [] };
    await client.execute(request('query'), call({ identity, authorization: "Bearer the client's own" }));
    const token = requests[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
    expect(await tokens.verify(token, 'menu')).toEqual(identity);
  });

  it("does not make the gateway's own refusal the caller's", async () => {
    const tokens = subgraphTokens('a secret of at least thirty-two characters');
    client = clientOf(signedIdentity(tokens, 'menu'));
    answers = [json({ errors: [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }] }, 401)];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
  });
});

describe('Where every connection is taken', () => {
  let letGo: () => void;
  const held: Answer = (response, asked) => {
    letGo = () => json({ data: { n: 1 } })(response, asked);
  };

  beforeEach(async () => {
    await client.close();
    client = httpClient({
      name: 'menu',
      url: addressOf(),
      credentials: forwardedAuthorization,
      log,
      connections: 1,
      waiting: 1,
    });
    answers = [held, json({ data: { n: 2 } })];
  });

  it('so many wait, and all others are refused at once, which is no fault of the subgraph', async () => {
    const first = client.execute(request('query'), call());
    await eventually(() => expect(requests).toHaveLength(1));
    const next = client.execute(request('query'), call());
    for (let asked = 0; asked < 12; asked += 1) expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
    letGo();
    expect(await Promise.all([first, next])).toEqual([{ data: { n: 1 } }, { data: { n: 2 } }]);
    expect(requests).toHaveLength(2);
  });

  it('who goes away while waiting is never asked for, and leaves the place to others', async () => {
    const first = client.execute(request('query'), call());
    await eventually(() => expect(requests).toHaveLength(1));
    const controller = new AbortController();
    const gone = client.execute(request('query'), call({ signal: controller.signal }));
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
    controller.abort();
    expect((await gone).errors).toHaveLength(1);
    const next = client.execute(request('query'), call());
    letGo();
    expect(await Promise.all([first, next])).toEqual([{ data: { n: 1 } }, { data: { n: 2 } }]);
    expect(requests).toHaveLength(2);
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
    answers = [bare(status)];
    for (let asked = 0; asked < 12; asked += 1) expect(await codes()).toEqual([code]);
    answers = [json({ data: { n: 7 } })];
    expect(await client.execute(request('query'), call())).toEqual({ data: { n: 7 } });
  });

  it.each([401, 403])('with %i for what the gateway signed is not told that', async (status) => {
    const tokens = subgraphTokens('a secret of at least thirty-two characters');
    client = clientOf(signedIdentity(tokens, 'menu'));
    answers = [bare(status)];
    expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
  });
});

it('a caller who goes away is not waited for, and is no fault of the subgraph', async () => {
  answers = [never];
  for (let gone = 0; gone < 12; gone += 1) {
    const controller = new AbortController();
    const asked = client.execute(request('query'), call({ signal: controller.signal }));
    await eventually(() => expect(requests).toHaveLength(gone + 1));
    controller.abort();
    expect((await asked).errors).toHaveLength(1);
  }
  answers = [json({ data: { n: 3 } })];
  expect(await client.execute(request('query'), call())).toEqual({ data: { n: 3 } });
});

it('a subgraph that keeps failing is left alone for a while, and then tried again', async () => {
  answers = [(response) => response.writeHead(500).end()];
  for (let asked = 0; asked < 10; asked += 1) await codes();
  expect(requests).toHaveLength(10);
  expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
  expect(requests).toHaveLength(10);
  answers = [json({ data: { n: 4 } })];
  await eventually(async () => expect(await codes()).toBeUndefined());
  expect(requests.length).toBeGreaterThan(10);
});

it('a subgraph that hangs is left alone sooner, and one that is slow with some answers is not', async () => {
  answers = [never];
  const together = await Promise.all([codes(), codes(), codes()]);
  expect(together).toEqual(Array.from({ length: 3 }, () => ['SUBGRAPH_UNAVAILABLE']));
  expect(requests).toHaveLength(3);
  expect(await codes()).toEqual(['SUBGRAPH_UNAVAILABLE']);
  expect(requests).toHaveLength(3);

  answers = [json({ data: { n: 5 } })];
  await eventually(async () => expect(await codes()).toBeUndefined());
  answers = [never, never, never, json({ data: { n: 6 } })];
  const slow = Promise.all([codes(), codes(), codes()]);
  await eventually(() => expect(answers).toHaveLength(1));
  expect(await codes()).toBeUndefined();
  expect(await slow).toEqual(together);
  expect(await codes()).toBeUndefined();
});
