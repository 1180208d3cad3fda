/** Streams while subgraphs come and go. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FrontEnd } from '../../tests/support/front-end.js';
import { type ShopGateway, type ShopUnit, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';

let under: ShopGateway;
let client: FrontEnd;

beforeEach(async () => {
  under = await startShopGateway({ served: true });
  client = new FrontEnd(under.url);
});
afterEach(() => under.stop());

function unit(name: string): ShopUnit {
  const found = under.units.get(name);
  if (found === undefined) throw new Error(`${name} is not served`);
  return found;
}

interface Event {
  readonly priceChanged: { readonly price: number; readonly rating?: number | null };
}

const query = 'subscription { priceChanged(id: "1") { price rating } }';

test('a subgraph that only adds to an event may be away: its field is null, with an error, and the stream lives', async () => {
  const stream = client.subscribe<Event>(query);
  await eventually(() => expect(stream.events).toHaveLength(1));
  await unit('reviews').stop();
  under.shop.reprice('1', 101);
  await eventually(() =>
    expect(stream.events.at(-1)).toEqual({ priceChanged: { price: 101, rating: null } }),
  );
  expect(stream.errors).toHaveLength(1);
  await unit('reviews').start();
  await eventually(() => {
    under.shop.reprice('1', 102);
    expect(stream.events.at(-1)).toEqual({ priceChanged: { price: 102, rating: 4.5 } });
  });
  stream.close();
});

test('the error of an event names its code and nothing of the network', async () => {
  await unit('reviews').stop();
  const answer = await client.answer('{ product(id: "1") { price rating } }');
  expect(answer.data).toEqual({ product: { price: 100, rating: null } });
  expect(answer.errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
  expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|ECONN|fetch/);
});

test('a stream goes on when the subgraph that owns it comes back, with a snapshot of what was missed', async () => {
  const stream = client.subscribe<Event>('subscription { priceChanged(id: "1") { price } }');
  await eventually(() => expect(stream.events).toHaveLength(1));
  await unit('catalogue').stop();
  under.shop.reprice('1', 150);
  await unit('catalogue').start();
  await eventually(() => expect(stream.events.at(-1)).toEqual({ priceChanged: { price: 150 } }));
  under.shop.reprice('1', 151);
  await eventually(() => expect(stream.events.at(-1)).toEqual({ priceChanged: { price: 151 } }));
  expect(stream.errors).toEqual([]);
  stream.close();
});

test('a stream whose subgraph cannot be reached at all is refused', async () => {
  await unit('catalogue').stop();
  const stream = client.subscribe(query);
  await stream.ended;
  expect(stream.errors.join()).toContain('SUBGRAPH_UNAVAILABLE');
});

test('a query finds its subgraph again as soon as that is back', async () => {
  await unit('catalogue').stop();
  expect(await client.codes('{ product(id: "1") { price } }')).toEqual(['SUBGRAPH_UNAVAILABLE']);
  await unit('catalogue').start();
  await eventually(async () => expect(await client.codes('{ product(id: "1") { price } }')).toEqual([]));
});
