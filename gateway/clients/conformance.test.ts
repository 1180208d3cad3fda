/** The promises of `SubgraphClient`, which each implementation keeps against the same real subgraph. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ExecutionResult, type GraphQLError, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErrorCode, requestError } from '../../platform/errors.js';
import { ANONYMOUS, type Identity } from '../../platform/identity/identity.js';
import { subgraphTokens } from '../../platform/identity/subgraph-token.js';
import { createLog } from '../../platform/log.js';
import { type ExecutableSubgraph, subscribeOperation } from '../../platform/subgraph/execution.js';
import { callerOf, callOf as operationCallOf } from '../../platform/subgraph/gateway-only.js';
import { serveSubgraph } from '../../platform/subgraph/serve.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import { newTraceparent } from '../../platform/trace.js';
import { createShop, type Shop } from '../../tests/support/shop.js';
import { eventually } from '../../tests/support/wait.js';
import { only } from './abortable-stream.js';
import type { SubgraphCall, SubgraphClient, SubgraphRequest } from './client.js';
import { signedIdentity } from './credentials.js';
import { StreamInterrupted } from './failures.js';
import { httpClient } from './http.js';
import { inProcessClient } from './in-process.js';

const log = createLog('silent');
const tokens = subgraphTokens('a secret of at least thirty-two characters');

const RINA: Identity = { customerId: 'rina', roles: [] };

function requestOf(query: string, variables: Record<string, unknown> = {}): SubgraphRequest {
  const document = parse(query);
  const operationType = query.startsWith('mutation')
    ? 'mutation'
    : query.startsWith('subscription')
      ? 'subscription'
      : 'query';
  return { query, document, operationName: undefined, operationType, variables };
}

function callOf(identity = ANONYMOUS, signal = new AbortController().signal): SubgraphCall {
  return { identity, authorization: undefined, traceparent: newTraceparent(), signal };
}

async function collect(events: AsyncIterableIterator<ExecutionResult>, into: unknown[]): Promise<void> {
  for await (const event of events) into.push(JSON.parse(JSON.stringify(event)));
}

interface Served {
  readonly client: SubgraphClient;
  stop(): Promise<void>;
}

const transports: Record<string, (shop: Shop) => Promise<Served>> = {
  async 'in process'(shop) {
    const client = inProcessClient(shop.catalogue, log);
    return { client, stop: () => client.close() };
  },
  async 'over HTTP and graphql-ws'(shop) {
    const server = await serveSubgraph(shop.catalogue, { host: '127.0.0.1', port: 0, tokens, log });
    const client = httpClient({
      name: 'catalogue',
      url: `http://127.0.0.1:${server.port}/graphql`,
      credentials: signedIdentity(tokens, 'catalogue'),
      log,
    });
    return {
      client,
      async stop() {
        await client.close();
        await server.stop();
      },
    };
  },
  async 'over HTTP and server-sent events'(shop) {
    const { catalogue } = shop;
    const server = await serveSubgraph(catalogue, { host: '127.0.0.1', port: 0, tokens, log });
    const streams = createServer(eventStreamHandler(catalogue));
    await once(streams.listen(0, '127.0.0.1'), 'listening');
    const { port } = streams.address() as AddressInfo;
    const client = httpClient({
      name: 'catalogue',
      url: `http://127.0.0.1:${server.port}/graphql`,
      eventStreamUrl: `http://127.0.0.1:${port}/stream`,
      credentials: signedIdentity(tokens, 'catalogue'),
      log,
    });
    return {
      client,
      async stop() {
        await client.close();
        await server.stop();
        streams.closeAllConnections();
        streams.close();
      },
    };
  },
};

/** A subgraph's endpoint of GraphQL over SSE, which reports what a stream throws as its last answer. */
function eventStreamHandler(subgraph: ExecutableSubgraph): RequestListener {
  return async (request, response) => {
    const caller = await callerOf(
      { tokens, log: createLog('silent') },
      request.headers.authorization,
      subgraph.name,
    );
    if (caller === undefined) return void response.writeHead(401).end();
    const { query, variables } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const call = operationCallOf(caller, request.headers.traceparent, undefined);
    const answer = await subscribeOperation(subgraph, { document: parse(query), variables }, call, log);
    const stream = Symbol.asyncIterator in answer ? answer : only(answer);
    response.once('close', () => void stream.return());
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).flushHeaders();
    const write = (result: object) => response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
    try {
      for await (const result of stream) write(result);
    } catch (error) {
      write({ errors: [error] });
    }
    response.end('event: complete\ndata:\n\n');
  };
}

describe.each(Object.entries(transports))('A subgraph client %s', (_name, serve) => {
  let shop: Shop;
  let served: Served;
  let client: SubgraphClient;
  const calls: OperationCall[] = [];

  beforeAll(async () => {
    shop = createShop();
    const { catalogue } = shop;
    const context = (call: OperationCall) => {
      calls.push(call);
      return catalogue.context(call);
    };
    served = await serve({ ...shop, catalogue: { ...catalogue, context } });
    client = served.client;
  });
  afterAll(() => served.stop());

  it('answers a query with its variables', async () => {
    const answer = await client.execute(
      requestOf('query ($id: ID!) { product(id: $id) { name price } }', { id: '2' }),
      callOf(),
    );
    expect(answer).toEqual({ data: { product: { name: 'Product 2', price: 200 } } });
  });

  it('answers a mutation', async () => {
    const request = requestOf('mutation { reprice(id: "3", price: 333) { price } }');
    expect(await client.execute(request, callOf())).toEqual({ data: { reprice: { price: 333 } } });
  });

  it('sends the identity of the caller', async () => {
    expect(await client.execute(requestOf('{ mine }'), callOf(RINA))).toEqual({ data: { mine: 'rina' } });
    const { errors } = await client.execute(requestOf('{ mine }'), callOf());
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  });

  it('sends where a mutation came from, to each its own', async () => {
    const request = requestOf('mutation { reprice(id: "3", price: 334) { price } }');
    const origins = [
      { address: '203.0.113.7', userAgent: 'Kedai till' },
      { address: '203.0.113.8', userAgent: null },
      undefined,
    ];
    calls.length = 0;
    for (const origin of origins) await client.execute(request, { ...callOf(RINA), origin });
    expect(calls.map(({ origin }) => origin)).toEqual(origins);
  });

  it('never returns the same object twice', async () => {
    const request = requestOf('{ product(id: "1") { name } }');
    const [one, other] = [await client.execute(request, callOf()), await client.execute(request, callOf())];
    expect(one.data).toEqual(other.data);
    expect(one.data).not.toBe(other.data);
    expect(one.data?.product).not.toBe(other.data?.product);
  });

  it('gives errors their path and code, and hides the cause of a failure', async () => {
    const { errors } = await client.execute(requestOf('{ fail(how: THROWN) }'), callOf());
    expect(errors?.map((error) => error.toJSON())).toMatchObject([
      { message: 'Internal server error', path: ['fail'], extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
    expect(JSON.stringify(errors)).not.toContain('SELECT');
    const refused = await client.execute(requestOf('{ fail(how: REFUSED) }'), callOf());
    expect(refused.errors?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
  });

  it('answers a cancelled operation with SUBGRAPH_UNAVAILABLE', async () => {
    const { errors } = await client.execute(requestOf('{ mine }'), callOf(RINA, AbortSignal.abort()));
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['SUBGRAPH_UNAVAILABLE']);
  });

  it('streams the snapshot and what follows, until it is returned', async () => {
    const events: unknown[] = [];
    const request = requestOf('subscription ($id: ID!) { priceChanged(id: $id) { id price } }', { id: '1' });
    const stream = await client.subscribe(request, callOf());
    const collected = collect(stream, events);
    await eventually(() => expect(events).toHaveLength(1));
    shop.reprice('1', 101);
    shop.reprice('1', 102);
    await eventually(() => expect(events).toHaveLength(3));
    expect(events).toEqual([100, 101, 102].map((price) => ({ data: { priceChanged: { id: '1', price } } })));
    await stream.return?.();
    await collected;
    await eventually(() => expect(shop.listeners()).toBe(0));
  });

  it('ends a stream upstream when the call is aborted, even between two events', async () => {
    const controller = new AbortController();
    const stream = await client.subscribe(
      requestOf('subscription { myTicks }'),
      callOf(RINA, controller.signal),
    );
    const next = stream.next();
    await eventually(() => expect(shop.listeners()).toBe(1));
    controller.abort();
    expect(await next).toMatchObject({ done: true });
    await eventually(() => expect(shop.listeners()).toBe(0));
  });

  it('answers a subscription that is refused with errors, and no more', async () => {
    const events: ExecutionResult[] = [];
    for await (const event of await client.subscribe(requestOf('subscription { myTicks }'), callOf())) {
      events.push(event);
    }
    expect(events).toHaveLength(1);
    expect(events[0]?.data).toBeUndefined();
    expect(events[0]?.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  });

  it('ends a stream that fails in the subgraph with its errors', async () => {
    const stream = await client.subscribe(requestOf('subscription { myTicks }'), callOf(RINA));
    const next = stream.next();
    await eventually(() => expect(shop.listeners()).toBe(1));
    shop.breakStreams(new Error('the bus is gone'));
    const { value } = await next;
    expect(value?.data).toBeUndefined();
    expect(value?.errors?.map((error: GraphQLError) => error.toJSON())).toEqual([
      { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('throws that a stream was interrupted when the subgraph cannot reach what it needs', async () => {
    const stream = await client.subscribe(requestOf('subscription { myTicks }'), callOf(RINA));
    const next = stream.next();
    await eventually(() => expect(shop.listeners()).toBe(1));
    shop.breakStreams(requestError(ErrorCode.SUBGRAPH_UNAVAILABLE, 'Not available'));
    await expect(next).rejects.toBeInstanceOf(StreamInterrupted);
  });
});
