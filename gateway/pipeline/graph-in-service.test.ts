/** A supergraph that changes while it is served. */
import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { FrontEnd } from '../../tests/support/front-end.js';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';

/** The shop's supergraph with one field less. */
const without = (sdl: string, field: string) => {
  const less = sdl
    .split('\n')
    .filter((line) => !line.trimStart().startsWith(field))
    .join('\n');
  expect(less).not.toBe(sdl);
  return less;
};

describe.each([
  ['in one process', false],
  ['with its subgraphs served', true],
])('A changed supergraph file, %s', (_name, served) => {
  let under: ShopGateway;
  let client: FrontEnd;

  beforeEach(async () => {
    under = await startShopGateway({ served });
    client = new FrontEnd(under.url);
  });
  afterEach(() => under.stop());

  const change = (sdl: string) => writeFile(under.supergraphFile, sdl);
  const inService = (query: string) => async () => expect(await client.codes(query)).toEqual([]);
  const refused = (query: string) => async () =>
    expect(await client.codes(query)).toEqual(['BAD_USER_INPUT']);

  it('is served without a restart, plans and all', async () => {
    await inService('{ product(id: "1") { rating } }')();
    await change(without(under.shop.supergraphSdl, 'rating:'));
    await eventually(refused('{ product(id: "1") { rating } }'));
    await inService('{ product(id: "1") { name } }')();
    await change(under.shop.supergraphSdl);
    await eventually(inService('{ product(id: "1") { rating } }'));
  });

  it('lets operations under way end on the graph that they began on', async () => {
    const slow = client.execute('{ slow { name rating reviews { body } } }');
    await eventually(() => expect(under.shop.asked.map(({ field }) => field)).toContain('slow'));
    await change(without(under.shop.supergraphSdl, 'rating:'));
    await eventually(refused('{ product(id: "1") { rating } }'));
    under.shop.letGo();
    expect(await slow).toEqual({
      slow: { name: 'Product 1', rating: 4.5, reviews: [{ body: 'Review of 1' }] },
    });
  });

  it('moves streams on to the next graph, a snapshot first', async () => {
    const stream = client.subscribe('subscription { priceChanged(id: "1") { price } }');
    await eventually(() => expect(stream.events).toHaveLength(1));
    await change(without(under.shop.supergraphSdl, 'rating:'));
    await eventually(() => expect(stream.events).toHaveLength(2));
    under.shop.reprice('1', 111);
    await eventually(() => expect(stream.events.at(-1)).toEqual({ priceChanged: { price: 111 } }));
    expect(under.shop.listeners()).toBe(1);
    expect(stream.errors).toEqual([]);
    stream.close();
  });

  it('ends a stream that the next graph does not have, with the reason', async () => {
    const stream = client.subscribe('subscription { priceChanged(id: "1") { rating } }');
    await eventually(() => expect(stream.events).toHaveLength(1));
    await change(without(under.shop.supergraphSdl, 'rating:'));
    await stream.ended;
    expect(stream.errors.join()).toContain('BAD_USER_INPUT');
    await eventually(() => expect(under.shop.listeners()).toBe(0));
  });

  it('that cannot be served leaves the former one in service', async () => {
    await change('this is no supergraph');
    await change(without(under.shop.supergraphSdl, 'rating:').replace('type Query', 'type Quary'));
    await inService('{ product(id: "1") { rating } }')();
    await change(without(under.shop.supergraphSdl, 'rating:'));
    await eventually(refused('{ product(id: "1") { rating } }'));
  });
});

describe('What had begun and was not yet planned when the supergraph changed', () => {
  let under: ShopGateway;
  let client: FrontEnd;
  let asked: number;
  let decide: () => void;

  beforeEach(async () => {
    asked = 0;
    const decided = new Promise<void>((resolve) => {
      decide = resolve;
    });
    const policies = async () => {
      asked += 1;
      await decided;
      return [];
    };
    under = await startShopGateway({ served: true, policies });
    client = new FrontEnd(under.url);
  });
  afterEach(() => under.stop());

  async function changeMeanwhile(): Promise<void> {
    await eventually(() => expect(asked).toBe(1));
    await writeFile(under.supergraphFile, without(under.shop.supergraphSdl, 'rating:'));
    const query = '{ product(id: "1") { rating } }';
    await eventually(async () => expect(await client.codes(query)).toEqual(['BAD_USER_INPUT']));
    decide();
  }

  it('is answered on the graph that it began on', async () => {
    const answer = client.answer('{ reviewCount vault { code } }');
    await changeMeanwhile();
    expect(await answer).toMatchObject({
      data: { reviewCount: 2, vault: null },
      errors: [{ path: ['vault'] }],
    });
  });

  it('is a stream by what the next graph has', async () => {
    const stream = client.subscribe('subscription { priceChanged(id: "1") { rating safe { code } } }');
    await changeMeanwhile();
    await stream.ended;
    expect(stream.errors.join()).toContain('BAD_USER_INPUT');
  });
});

test('a supergraph that cannot be served stops the start, and says why', async () => {
  await expect(startShopGateway({ supergraphFile: '/nowhere/supergraph.graphql' })).rejects.toThrow(
    /^The supergraph \/nowhere\/supergraph\.graphql cannot be served/,
  );
});
