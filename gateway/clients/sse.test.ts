/** Subscriptions over server-sent events, from graphql-sse's own server and from servers that do not do as they should. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ExecutionResult, GraphQLInt, GraphQLObjectType, GraphQLSchema, parse } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { afterEach, describe, expect, test } from 'vitest';
import { createLog } from '../../platform/log.js';
import { eventually } from '../../tests/support/wait.js';
import type { SubgraphCall, SubgraphRequest, Subscriptions } from './client.js';
import { forwardedAuthorization } from './credentials.js';
import { eventStreamSubscriptions } from './sse.js';
import { callOf } from './testing/erratic-subgraph.js';

let server: Server;
let client: Subscriptions;
let requests = 0;

afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

async function serve(listener: RequestListener): Promise<void> {
  requests = 0;
  server = createServer((request, response) => {
    requests += 1;
    return listener(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/stream`;
  client = eventStreamSubscriptions({
    name: 'menu',
    url,
    credentials: forwardedAuthorization,
    log: createLog('silent'),
  });
}

/** Writes this text and leaves the stream open, or ends it. */
const writing =
  (text: string, ends = false): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text);
    if (ends) response.end();
  };

const request: SubgraphRequest = {
  query: 'subscription { n }',
  document: parse('subscription { n }'),
  operationName: undefined,
  operationType: 'subscription',
  variables: {},
};

async function collect(call: Partial<SubgraphCall> = {}): Promise<ExecutionResult[]> {
  const results: ExecutionResult[] = [];
  for await (const result of await client.subscribe(request, callOf(call))) results.push(result);
  return results;
}

const next = (payload: object) => `event: next\ndata: ${JSON.stringify(payload)}\n\n`;
const COMPLETE = 'event: complete\ndata:\n\n';

test("graphql-sse's events come one after the other, until it completes", async () => {
  async function* numbers() {
    for (const n of [1, 2, 3]) yield { n };
  }
  const query = new GraphQLObjectType({ name: 'Query', fields: { n: { type: GraphQLInt } } });
  const fields = { n: { type: GraphQLInt, subscribe: numbers } };
  const subscription = new GraphQLObjectType({ name: 'Subscription', fields });
  await serve(createHandler({ schema: new GraphQLSchema({ query, subscription }) }));
  expect(await collect()).toEqual([1, 2, 3].map((n) => ({ data: { n } })));
});

test("what travels is the caller's authorization, the trace and the operation", async () => {
  let received: unknown;
  await serve(async (incoming, response) => {
    const body = JSON.parse(Buffer.concat(await incoming.toArray()).toString());
    const { authorization, accept, traceparent } = incoming.headers;
    received = [authorization, accept, traceparent, body.query];
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(COMPLETE);
  });
  const call = callOf({ authorization: 'Bearer x' });
  expect(await collect(call)).toEqual([]);
  expect(received).toEqual(['Bearer x', 'text/event-stream', call.traceparent, request.query]);
});

describe('A refusal', () => {
  test.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
  ])('by a bare %i is %s', async (status, code) => {
    await serve((_request, response) => response.writeHead(status).end());
    const [answer, ...others] = await collect();
    expect(answer?.errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect([answer?.data, others]).toEqual([undefined, []]);
  });

  test.each([
    ['a JSON answer', 400, 'application/json', JSON.stringify({ errors: [{ message: 'no' }] })],
    [
      'a first event that is completed',
      200,
      'text/event-stream',
      next({ errors: [{ message: 'no' }] }) + COMPLETE,
    ],
  ])('may be %s', async (_what, status, type, text) => {
    await serve((_request, response) => response.writeHead(status, { 'content-type': type }).end(text));
    const answers = await collect();
    expect(answers.map(({ data, errors }) => [data, errors?.[0]?.message])).toEqual([[undefined, 'no']]);
  });
});

test('an event that failed is an event, also as the first', async () => {
  await serve(writing(next({ errors: [{ message: 'lost' }] }) + next({ data: { n: 2 } }) + COMPLETE));
  const answers = await collect();
  expect(answers.map(({ data, errors }) => [data, errors?.length])).toEqual([
    [null, 1],
    [{ n: 2 }, undefined],
  ]);
});

describe('A stream is interrupted', () => {
  test.each<[string, RequestListener]>([
    ['when it ends without being completed', writing(next({ data: { n: 1 } }), true)],
    ['when its connection breaks', (_request, response) => response.destroy()],
    ['by a 503', (_request, response) => response.writeHead(503).end()],
  ])('%s', async (_how, listener) => {
    await serve(listener);
    await expect(collect()).rejects.toMatchObject({ name: 'StreamInterrupted', mustIsolate: false });
    expect(requests).toBe(1);
  });
});

describe('A stream fails', () => {
  test.each<[string, RequestListener]>([
    ['by an event that is no answer', writing(next({ data: 5 }))],
    ['by an event that is not JSON', writing('event: next\ndata: {\n\n')],
    ['by an event above 16 MB', writing(next({ data: { n: 'x'.repeat(17 * 2 ** 20) } }))],
    ['by an answer that is no event stream', (_request, response) => response.end('<html>')],
    ['by a redirect', (_request, response) => response.writeHead(302, { location: '/' }).end()],
  ])('%s', async (_how, listener) => {
    await serve(listener);
    await expect(collect()).rejects.toMatchObject({ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
    expect(requests).toBe(1);
  });
});

test('an abort closes the connection at once, before and after the stream has begun', async () => {
  let closed = 0;
  let begins = false;
  await serve((_request, response) => {
    response.once('close', () => {
      closed += 1;
    });
    if (begins) response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  });
  for (begins of [false, true]) {
    const controller = new AbortController();
    const stream = client.subscribe(request, callOf({ signal: controller.signal }));
    const ended = stream.then((events) => events.next()).catch(() => 'aborted');
    await eventually(() => expect(requests).toBe(begins ? 2 : 1));
    if (begins) await stream;
    controller.abort();
    await ended;
    await eventually(() => expect(closed).toBe(begins ? 2 : 1));
  }
});

test('a subgraph that emits faster than its events are read is slowed down', async () => {
  const event = next({ data: { n: 'x'.repeat(100_000) } });
  let written = 0;
  await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const write = () => {
      while (written < 2_000 && response.write(event)) written += 1;
      written += 1;
    };
    response.on('drain', write);
    write();
  });
  const stream = await client.subscribe(request, callOf());
  await stream.next();
  let before = -1;
  await eventually(() => {
    const isStill = written === before;
    before = written;
    expect(isStill).toBe(true);
  });
  expect(written).toBeLessThan(2_000);
  await stream.return?.();
});
