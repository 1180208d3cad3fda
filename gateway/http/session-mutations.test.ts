/** A client whose access token has expired can still sign in and refresh its session, and do nothing else. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it, test } from 'vitest';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';

let under: ShopGateway;
let expired: string;

beforeAll(async () => {
  under = await startShopGateway({ sessionMutations: ['reprice'] });
  expired = await under.tokenFor('rina', { secondsLeft: -60 });
});
beforeEach(() => {
  under.shop.asked.length = 0;
});
afterAll(() => under.stop());

const REPRICE = 'reprice(id: "1", price: 100) { id }';

async function send(body: object, authorization = `Bearer ${expired}`, accept = 'application/json') {
  const response = await fetch(under.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, accept },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

it.each([
  ['by its name', `mutation { ${REPRICE} }`],
  ['by another name', `mutation { signIn: ${REPRICE} }`],
  ['in a fragment', `mutation { ...f } fragment f on Mutation { ... { ${REPRICE} } }`],
  ['twice', `mutation { a: ${REPRICE} b: ${REPRICE} }`],
])('a session mutation runs as anonymous, selected %s', async (_how, query) => {
  expect(await send({ query })).toMatchObject({ status: 200, text: expect.stringContaining('"data":{') });
});

it.each(['Bearer forged', 'Bearer', 'Basic cmluYTprZWRhaQ=='])(
  'a session mutation runs with "%s" for an authorization',
  async (authorization) => {
    expect((await send({ query: `mutation { ${REPRICE} }` }, authorization)).status).toBe(200);
  },
);

it.each([
  ['a query', '{ reviewCount }'],
  ['a mutation beside another', `mutation { ${REPRICE} __typename }`],
  ['a field of the same name in a query', 'query { mine }'],
  ['a subscription', 'subscription { priceChanged(id: "1") { id } }'],
  ['what is not valid', '{ nothing }'],
  ['what does not parse', '{'],
])('%s is refused with 401', async (_what, query) => {
  for (const accept of ['application/json', 'text/event-stream']) {
    const { status, text } = await send({ query }, undefined, accept);
    expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  }
  expect(under.shop.asked).toEqual([]);
});

test('the session mutation of a client that sends hashes runs, too', async () => {
  const query = `mutation Refresh { ${REPRICE} }`;
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  expect((await send({ extensions })).text).toContain('PersistedQueryNotFound');
  expect((await send({ query, extensions })).status).toBe(200);
  expect((await send({ extensions })).status).toBe(200);
});

test('where no session mutations are named, an invalid token is always refused', async () => {
  const other = await startShopGateway();
  const response = await fetch(other.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${expired}` },
    body: JSON.stringify({ query: `mutation { ${REPRICE} }` }),
  });
  expect(response.status).toBe(401);
  await other.stop();
});
