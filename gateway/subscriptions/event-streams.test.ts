/** GraphQL over server-sent events, spoken to by graphql-sse's own client. */
import { type Client, createClient } from 'graphql-sse';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';

let under: ShopGateway;
const clients: Client[] = [];

beforeAll(async () => {
  under = await startShopGateway({ served: true });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
});
afterAll(() => under.stop());

const STREAM = '/graphql/stream';

function clientOf({ token, path = STREAM }: { token?: string; path?: string } = {}): Client {
  const client = createClient({
    url: new URL(path, under.url).href,
    retryAttempts: 0,
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  });
  clients.push(client);
  return client;
}

function listen(client: Client, query: string, variables: Record<string, unknown> = {}) {
  const events: object[] = [];
  let failed: unknown;
  const ended = new Promise<void>((resolve) => {
    client.subscribe(
      { query, variables },
      {
        next: (event) => events.push(event),
        error(error) {
          failed = error;
          resolve();
        },
        complete: resolve,
      },
    );
  });
  return { events, ended, failure: () => failed };
}

test.each([STREAM, '/graphql'])(
  '%s streams a subscription, snapshot first, with fields of every subgraph',
  async (path) => {
    const client = clientOf({ path });
    const { events } = listen(client, 'subscription ($id: ID!) { priceChanged(id: $id) { price rating } }', {
      id: '2',
    });
    await eventually(() => expect(events).toHaveLength(1));
    under.shop.reprice('2', 201);
    await eventually(() => expect(events).toHaveLength(2));
    under.shop.reprice('2', 200);
    await eventually(() => expect(events).toHaveLength(3));
    expect(events).toEqual(
      [200, 201, 200].map((price) => ({ data: { priceChanged: { price, rating: 4.5 } } })),
    );
    client.dispose();
    await eventually(() => expect(under.shop.listeners()).toBe(0));
  },
);

test('a query is a stream of one answer', async () => {
  const { events, ended } = listen(clientOf(), '{ reviewCount }');
  await ended;
  expect(events).toEqual([{ data: { reviewCount: 2 } }]);
});

test.each([STREAM, '/graphql'])(
  '%s answers a subscription that is refused with an event that says why',
  async (path) => {
    const anonymous = listen(clientOf({ path }), 'subscription { myTicks }');
    await anonymous.ended;
    expect(anonymous.failure()).toBeUndefined();
    expect(anonymous.events).toMatchObject([{ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }]);
    expect(under.shop.listeners()).toBe(0);
  },
);

test('an access token signs in, and an invalid one is refused with 401', async () => {
  const forged = listen(clientOf({ token: 'forged' }), 'subscription { myTicks }');
  await forged.ended;
  expect(String(forged.failure())).toContain('401');

  const signedIn = listen(clientOf({ token: await under.tokenFor('rina') }), 'subscription { myTicks }');
  await eventually(() => expect(under.shop.listeners()).toBe(1));
  under.shop.tick(3);
  await eventually(() => expect(signedIn.events).toEqual([{ data: { myTicks: 3 } }]));
});

const get = (parameters: Record<string, string>, headers: Record<string, string> = {}) => {
  const url = new URL(STREAM, under.url);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return fetch(url, { headers: { accept: 'text/event-stream', ...headers } });
};

test('an EventSource sends a GET, which runs no mutation', async () => {
  const answer = await get({
    query: 'query ($id: ID!) { product(id: $id) { name } }',
    variables: '{"id":"1"}',
  });
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(await answer.text()).toBe(
    'event: next\ndata: {"data":{"product":{"name":"Product 1"}}}\n\nevent: complete\ndata:\n\n',
  );
  const mutation = await get({ query: 'mutation { reprice(id: "1", price: 1) { id } }' });
  expect([mutation.status, under.shop.asked.some(({ field }) => field === 'reprice')]).toEqual([405, false]);
});

test.each([
  ['that is not valid', { query: '{ nothing }' }, 'BAD_USER_INPUT'],
  ['that does not parse', { query: '{' }, 'BAD_USER_INPUT'],
  ['beyond the limits', { query: `{ ${'a: reviewCount '.repeat(101)} }` }, 'OPERATION_TOO_COMPLEX'],
  ['whose variables do not fit', { query: 'query ($id: ID!) { product(id: $id) { id } }' }, 'BAD_USER_INPUT'],
])('an operation %s is refused by an event', async (_what, parameters, code) => {
  const answer = await get(parameters);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ]);
  const [, data = '', end] =
    /^event: next\ndata: (.*)\n\n(event: complete\ndata:\n\n)$/.exec(await answer.text()) ?? [];
  expect(JSON.parse(data)).toMatchObject({ errors: [{ extensions: { code } }] });
  expect(end).toBeDefined();
});

test.each([
  ['variables that are not JSON', { query: '{ reviewCount }', variables: '{' }],
  ['no query at all', {}],
])('a request with %s is refused with 400', async (_what, parameters) => {
  const answer = await get(parameters);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test('a stream ends with the token', async () => {
  const token = await under.tokenFor('rina', { secondsLeft: 5 });
  const stream = await get({ query: 'subscription { myTicks }' }, { authorization: `Bearer ${token}` });
  expect(await stream.text()).toBe('');
  await eventually(() => expect(under.shop.listeners()).toBe(0));
});
