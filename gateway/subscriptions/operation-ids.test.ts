/** The ids of operations on a socket are the client's: free again as soon as an operation has ended, by either side. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';
import { type Message, Peer } from './testing/peer.js';

let under: ShopGateway;
let client: Peer;

beforeAll(async () => {
  under = await startShopGateway();
});
beforeEach(async () => {
  client = await new Peer(under.url).init();
});
afterEach(() => client.close());
afterAll(() => under.stop());

const isOfTheSecond = ({ payload }: Message) => JSON.stringify(payload ?? null).includes('again');
const CHANGES = 'subscription { priceChanged(id: "1") { id } }';

test('an id that is used again right after complete is the new operation alone', async () => {
  client.subscribe('1', CHANGES);
  await client.next(({ type }) => type === 'next');
  client.send({ id: '1', type: 'complete' });
  client.subscribe('1', 'subscription { again: priceChanged(id: "2") { id } }');
  await client.next(isOfTheSecond);
  await eventually(() => expect(under.shop.listeners()).toBe(1));
  const before = client.of('1').findIndex(isOfTheSecond);
  under.shop.reprice('1', 7);
  under.shop.reprice('2', 7);
  await eventually(() => expect(client.of('1').length).toBeGreaterThan(before + 1));
  expect(client.of('1').slice(before).every(isOfTheSecond)).toBe(true);
  expect(under.shop.listeners()).toBe(1);
});

test('an operation that is completed before it began never begins', async () => {
  client.subscribe('1', CHANGES);
  client.send({ id: '1', type: 'complete' });
  client.subscribe('1', '{ reviewCount }');
  await client.next(({ type }) => type === 'complete');
  expect(client.of('1').map(({ type }) => type)).toEqual(['next', 'complete']);
  expect(under.shop.listeners()).toBe(0);
});

test('a query that its client completes is not answered', async () => {
  client.subscribe('1', '{ reviewCount }');
  client.send({ id: '1', type: 'complete' });
  client.subscribe('2', '{ reviewCount }');
  await client.next(({ id, type }) => id === '2' && type === 'complete');
  expect(client.of('1')).toEqual([]);
});

test('a query whose variables do not fit ends with error', async () => {
  client.subscribe('1', 'query ($id: ID!) { product(id: $id) { id } }');
  await client.next(({ id }) => id === '1');
  expect(client.of('1')).toMatchObject([
    { type: 'error', payload: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
  ]);
});
