/** Equal streams share an upstream, unnoticed by their clients. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Role } from '../../platform/identity/identity.js';
import { serveForeignSubgraph } from '../../tests/support/foreign-subgraph.js';
import { FrontEnd, type Stream } from '../../tests/support/front-end.js';
import { createShop } from '../../tests/support/shop.js';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';

let under: ShopGateway;

beforeEach(async () => {
  under = await startShopGateway();
});
afterEach(() => under.stop());

interface Event {
  readonly priceChanged: { readonly price: number };
}

const query = 'subscription ($id: ID!) { priceChanged(id: $id) { price rating } }';

const TYPENAME = '{ priceChanged(id: "1") { __typename } }';

const listen = (client: FrontEnd, id = '1') => client.subscribe<Event>(query, { id });
const anybody = () => new FrontEnd(under.url);
const prices = ({ events }: Stream<Event>) => events.map(({ priceChanged }) => priceChanged.price);

test('equal streams share one upstream, to which a late joiner moves after its own snapshot', async () => {
  const first = listen(anybody());
  await eventually(() => expect(prices(first)).toEqual([100]));
  under.shop.reprice('1', 101);
  await eventually(() => expect(prices(first)).toEqual([100, 101]));

  const later = listen(anybody());
  await eventually(() => expect(prices(later)).toEqual([101]));
  expect(under.shop.listeners()).toBe(2);
  await eventually(() => expect(under.shop.listeners()).toBe(1));
  expect(prices(first)).toEqual([100, 101]);

  under.shop.reprice('1', 102);
  await eventually(() => expect(prices(later)).toEqual([101, 102]));
  expect(prices(first)).toEqual([100, 101, 102]);

  first.close();
  under.shop.reprice('1', 103);
  await eventually(() => expect(prices(later)).toEqual([101, 102, 103]));
  later.close();
  await eventually(() => expect(under.shop.listeners()).toBe(0));
});

test('a crowd that comes one after the other ends up on one upstream', async () => {
  const crowd: Stream<Event>[] = [];
  for (let come = 0; come < 20; come += 1) {
    const one = listen(anybody());
    crowd.push(one);
    if (come % 5 === 0) await eventually(() => expect(prices(one)).toEqual([100]));
  }
  for (const one of crowd) await eventually(() => expect(prices(one)).toEqual([100]));
  await eventually(() => expect(under.shop.listeners()).toBe(1));
  under.shop.reprice('1', 200);
  for (const one of crowd) await eventually(() => expect(prices(one)).toEqual([100, 200]));
  for (const one of crowd) one.close();
});

test('a late joiner amid many events misses none and gets none twice', async () => {
  let price = 1_000;
  let pouring = true;
  const pour = (async () => {
    while (pouring) {
      under.shop.reprice('1', ++price);
      await sleep(20);
    }
  })();
  const crowd: Stream<Event>[] = [];
  for (let come = 0; come < 5; come += 1) {
    const one = listen(anybody());
    crowd.push(one);
    await eventually(() => expect(prices(one).length).toBeGreaterThan(3));
  }
  await eventually(() => expect(under.shop.listeners()).toBe(1));
  pouring = false;
  await pour;
  for (const one of crowd) {
    await eventually(() => expect(prices(one).at(-1)).toBe(price));
    const [first = 0] = prices(one);
    expect(prices(one)).toEqual(Array.from({ length: price - first + 1 }, (_, n) => first + n));
    expect(one.errors).toEqual([]);
    one.close();
  }
});

test('other variables, other selections and other callers are other upstreams', async () => {
  const rina = new FrontEnd(under.url, await under.tokenFor('rina'));
  const sari = new FrontEnd(under.url, await under.tokenFor('sari'));
  const streams = [listen(anybody()), listen(anybody(), '2'), listen(rina), listen(sari)];
  for (const stream of streams) await eventually(() => expect(stream.events).toHaveLength(1));
  expect(under.shop.listeners()).toBe(4);
  expect(
    under.shop.asked.filter(({ field }) => field === 'priceChanged').map(({ customerId }) => customerId),
  ).toEqual([null, null, 'rina', 'sari']);
  for (const stream of streams) stream.close();
});

test('people of the same roles share what is declared to depend on roles alone', async () => {
  const byRole = await startShopGateway({ sharedByRole: ['Subscription.priceChanged', 'Product'] });
  const of = async (customerId: string, roles: readonly Role[] = []) =>
    new FrontEnd(byRole.url, await byRole.tokenFor(customerId, { roles }));
  const people = [await of('rina'), await of('tono'), await of('sari', ['BARISTA'])];
  const streams = people.map((person) => listen(person));
  for (const stream of streams) await eventually(() => expect(stream.events).toHaveLength(1));
  await eventually(() => expect(byRole.shop.listeners()).toBe(2));

  const ofReviews = 'subscription { priceChanged(id: "1") { reviews { author } } }';
  const others = people.map((person) => person.subscribe(ofReviews));
  for (const stream of others) await eventually(() => expect(stream.events).toHaveLength(1));
  expect(byRole.shop.listeners()).toBe(5);
  for (const stream of [...streams, ...others]) stream.close();
  await byRole.stop();
});

test.each([
  ['a subscription that is not declared so', ['Subscription.priceChanged', 'Product'], '{ myTicks }'],
  ['a type that is not, of which it names no field', ['Subscription.priceChanged'], TYPENAME],
  ['a type alone', ['Subscription', 'Product'], TYPENAME],
])('people of the same roles do not share %s', async (_what, sharedByRole, selection) => {
  const byRole = await startShopGateway({ sharedByRole });
  const people = await Promise.all(
    ['rina', 'tono'].map(async (name) => new FrontEnd(byRole.url, await byRole.tokenFor(name))),
  );
  const streams = people.map((person) => person.subscribe(`subscription ${selection}`));
  await eventually(() => expect(byRole.shop.listeners()).toBe(2));
  for (const stream of streams) stream.close();
  await byRole.stop();
});

test('one person on two devices shares', async () => {
  const devices = [
    new FrontEnd(under.url, await under.tokenFor('rina')),
    new FrontEnd(under.url, await under.tokenFor('rina', { secondsLeft: 1_000 })),
  ];
  const streams = devices.map((device) => device.subscribe('subscription { myTicks }'));
  await eventually(() => expect(under.shop.listeners()).toBe(1));
  await eventually(() => {
    under.shop.tick(7);
    for (const stream of streams) expect(stream.events.at(-1)).toEqual({ myTicks: 7 });
  });
  for (const stream of streams) stream.close();
});

test('where subgraphs verify tokens themselves, the events of one token go to no other', async () => {
  const shop = createShop();
  const catalogue = await serveForeignSubgraph(shop.catalogue.schema, (authorization) =>
    shop.catalogue.context({
      identity: { customerId: authorization ?? null, roles: [] },
      cause: { correlationId: '', traceparent: '' },
    }),
  );
  const forwarding = await startShopGateway({
    subgraphs: new Map([['catalogue', { url: catalogue.url }]]),
    sharedByRole: ['Subscription.priceChanged', 'Product'],
  });
  const tokens = [await forwarding.tokenFor('rina'), await forwarding.tokenFor('rina', { secondsLeft: 900 })];
  const clients = [...tokens, ...tokens, undefined].map((token) => new FrontEnd(forwarding.url, token));
  const authorizations = [...tokens.map((token) => `Bearer ${token}`), null];

  const streams = clients.map((client) =>
    client.subscribe('subscription { priceChanged(id: "1") { price } }'),
  );
  for (const stream of streams) await eventually(() => expect(stream.events).toHaveLength(1));
  await eventually(() => expect(shop.listeners()).toBe(3));
  for (const client of clients) await client.execute('{ notice { text } }');
  for (const field of ['priceChanged', 'notice']) {
    const askedBy = shop.asked.filter((one) => one.field === field).map(({ customerId }) => customerId);
    expect(new Set(askedBy)).toEqual(new Set(authorizations));
  }
  expect(shop.asked.filter(({ field }) => field === 'notice')).toHaveLength(3);

  for (const stream of streams) stream.close();
  await forwarding.stop();
  await catalogue.stop();
});
