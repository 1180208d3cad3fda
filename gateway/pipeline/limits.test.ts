/** What clients may send, at most: the same over HTTP and over a socket. */
import { Readable } from 'node:stream';
import { createClient } from 'graphql-ws';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { FrontEnd } from '../../tests/support/front-end.js';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';

let under: ShopGateway;

beforeAll(async () => {
  under = await startShopGateway({ introspection: false, production: true });
});
beforeEach(() => {
  under.shop.asked.length = 0;
});
afterAll(() => under.stop());

type Ask = (query: string, variables?: Record<string, unknown>) => Promise<readonly string[]>;

const overHttp: Ask = (query, variables) => new FrontEnd(under.url).codes(query, variables);

const overSocket: Ask = async (query, variables = {}) => {
  const client = createClient({
    url: under.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const codesOf = (errors: readonly { extensions?: Record<string, unknown> }[] = []) =>
    errors.map(({ extensions }) => String(extensions?.code));
  try {
    const answer = await client.iterate({ query, variables }).next();
    return codesOf(answer.value?.errors);
  } catch (errors) {
    return Array.isArray(errors) ? codesOf(errors) : [String(errors)];
  } finally {
    await client.dispose();
  }
};

const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

const nested = (depth: number) => `${'{ related '.repeat(depth - 1)}{ id }${' }'.repeat(depth - 1)}`;

const bomb = `
  query { products { ...f0 } }
  ${times(20, (n) => `fragment f${n} on Product { a: related(first: 1) { ...f${n + 1} } b: related(first: 1) { ...f${n + 1} } }`)}
  fragment f20 on Product { id }
`;

const wide = `
  query { products { ...g0 } }
  ${times(20, (n) => `fragment g${n} on Product { ...g${n + 1} ...g${n + 1} }`)}
  fragment g20 on Product { id }
`;

describe.each([
  ['over HTTP', overHttp],
  ['over a socket', overSocket],
])('A client %s', (_name, ask) => {
  it.each([
    ['50 aliases', `{ ${times(50, (n) => `p${n}: product(id: "1") { id }`)} }`],
    [
      '10 fields of a mutation',
      `mutation { ${times(10, (n) => `m${n}: reprice(id: "1", price: 1) { id }`)} }`,
    ],
    ['15 levels', `{ products ${nested(14).replaceAll('related', 'related(first: 1)')} }`],
    [
      'a fragment of 101 fields on what is no root',
      `{ product(id: "1") { ...f } } fragment f on Product { ${times(101, () => 'id')} }`,
    ],
    ['pages of 100', '{ products(first: 100) { id } }'],
  ])('may send %s', async (_what, query) => {
    expect(await ask(query)).toEqual([]);
  });

  it.each([
    ['101 aliases', `{ ${times(101, (n) => `p${n}: product(id: "1") { id }`)} }`],
    [
      '101 aliases in a fragment spread',
      `{ product(id: "1") { ...f } } fragment f on Product { ${times(101, (n) => `i${n}: id`)} }`,
    ],
    ['11 fields of a mutation', `mutation { ${times(11, () => 'reprice(id: "1", price: 1) { id }')} }`],
    [
      '11 fields of a mutation in fragments',
      `mutation { ...f ...f } fragment f on Mutation { ...g ...on Mutation { ${times(5, () => 'reprice(id: "1", price: 1) { id }')} } }
       fragment g on Mutation { reprice(id: "1", price: 1) { id } }`,
    ],
    ['16 levels', `{ products ${nested(15).replaceAll('related', 'related(first: 1)')} }`],
    ['10,001 tokens', `{ ${times(9_999, () => 'a')} }`],
    ['201 directives', `{ reviewCount ${times(201, () => '@include(if: true)')} }`],
    ['101 fragments', `{ products { id } } ${times(101, (n) => `fragment f${n} on Product { id }`)}`],
    ['a fragment bomb', bomb],
    ['a wide fragment bomb', wide],
    ['a literal nested without end', `{ product(id: ${'['.repeat(4_900)}${']'.repeat(4_900)}) { id } }`],
    ['33 objects in a value', `{ product(id: ${'{a: '.repeat(33)}1${'}'.repeat(33)}) { id } }`],
    ['a list in 17 lists', `{ product(id: ${'['.repeat(18)}${']'.repeat(18)}) { id } }`],
    [
      'a list in 17 lists as a default',
      `query ($id: ID = ${'['.repeat(18)}${']'.repeat(18)}) { product(id: $id) { id } }`,
    ],
    [
      'pages within pages within pages',
      '{ products(first: 100) { related(first: 100) { related(first: 100) { id } } } }',
    ],
  ])('may not send %s', async (_what, query) => {
    expect(await ask(query)).toEqual(['OPERATION_TOO_COMPLEX']);
    expect(under.shop.asked).toEqual([]);
  });

  it('is measured by the values of its variables', async () => {
    const query =
      'query ($n: Int = 2) { products(first: $n) { related(first: $n) { related(first: $n) { id } } } }';
    expect(await ask(query)).toEqual([]);
    expect(await ask(query, { n: 99 })).toEqual(['OPERATION_TOO_COMPLEX']);
    expect(await ask(query, { n: 101 })).toEqual(['BAD_USER_INPUT']);
  });

  it('may not nest the values of its variables without end', async () => {
    const query = 'query ($id: ID!) { product(id: $id) { id } }';
    for (const depth of [33, 1_000]) {
      const id: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
      expect(await ask(query, { id })).toEqual(['OPERATION_TOO_COMPLEX']);
    }
    expect(under.shop.asked).toEqual([]);
  });

  it('may not request pages of 101', async () => {
    expect(await ask('{ products(first: 101) { id } }')).toEqual(['BAD_USER_INPUT']);
    expect(under.shop.asked).toEqual([]);
  });

  it('may not introspect the schema where that is off', async () => {
    expect(await ask('{ __schema { types { name } } }')).toEqual(['BAD_USER_INPUT']);
    expect(await ask('{ __typename }')).toEqual([]);
  });

  it('gets at most five errors', async () => {
    expect(await ask(`{ ${times(20, (n) => `nothing${n}`)} }`)).toHaveLength(5);
    expect(await ask(`{ ${times(20, (n) => `m${n}: mine`)} }`)).toHaveLength(5);
  });
});

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(under.url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

it('a body of more than 256 KiB is refused, however its length is declared', async () => {
  const body = JSON.stringify({ query: '{ reviewCount }', extensions: { padding: 'x'.repeat(300_000) } });
  const refused = await post(body);
  expect(refused.status).toBe(413);
  expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  const streamed = await request(under.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Readable.from([body.slice(0, 100_000), body.slice(100_000)]),
  });
  expect(streamed.statusCode).toBe(413);
  await streamed.body.dump();
  const large = JSON.stringify({ query: '{ reviewCount }', extensions: { padding: 'x'.repeat(200_000) } });
  expect((await post(large)).status).toBe(200);
});

it('batches are refused', async () => {
  const answer = await post(JSON.stringify([{ query: '{ reviewCount }' }, { query: '{ reviewCount }' }]));
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

it('names of the schema are not offered to those who guess', async () => {
  for (const query of ['{ revieCount }', '{ products(firs: 1) { id } }', '{ fail(how: THROW) }']) {
    const answer = await (await post(JSON.stringify({ query }))).text();
    expect(answer).not.toMatch(/Did you mean|reviewCount|THROWN/);
  }
  const variables = { how: 'THROW' };
  const answer = await post(
    JSON.stringify({ query: 'query ($how: Failure!) { fail(how: $how) }', variables }),
  );
  expect(await answer.text()).not.toMatch(/Did you mean|THROWN/);
});

it('no plan is exposed, whatever is requested', async () => {
  const answer = await post(JSON.stringify({ query: '{ products { id rating } }' }), {
    'apollo-query-plan-experimental': '1',
    'apollo-expose-query-plan': 'true',
  });
  expect(await answer.json()).toEqual({ data: { products: expect.any(Array) } });
});

it('an error in production is its code and nothing of the machine', async () => {
  const answer = await post(JSON.stringify({ query: '{ fail(how: THROWN) }' }));
  expect(await answer.json()).toEqual({
    data: { fail: null },
    errors: [
      {
        message: 'Internal server error',
        path: ['fail'],
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ],
  });
});
