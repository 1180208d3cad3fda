/** The gateway as its clients see it, the same with its subgraphs in one process and served on their own. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FrontEnd } from '../tests/support/front-end.js';
import { type ShopGateway, startShopGateway } from '../tests/support/shop-gateway.js';
import { eventually } from '../tests/support/wait.js';

describe.each([
  ['in one process', false],
  ['with its subgraphs served', true],
])('A gateway %s', (_name, served) => {
  let under: ShopGateway;
  let anonymous: FrontEnd;
  let rina: FrontEnd;
  let keeper: FrontEnd;

  beforeAll(async () => {
    under = await startShopGateway({ served });
    anonymous = new FrontEnd(under.url);
    rina = new FrontEnd(under.url, await under.tokenFor('rina'));
    keeper = new FrontEnd(under.url, await under.tokenFor('sari', { roles: ['BARISTA'] }));
  });
  beforeEach(() => {
    under.shop.asked.length = 0;
  });
  afterAll(() => under.stop());

  it('answers across subgraphs', async () => {
    const data = await anonymous.execute('{ products(first: 2) { id name reviews { body } rating } }');
    expect(data).toEqual({
      products: ['1', '2'].map((id) => ({
        id,
        name: `Product ${id}`,
        reviews: [{ body: `Review of ${id}` }],
        rating: 4.5,
      })),
    });
  });

  it("passes the caller's identity to subgraphs", async () => {
    expect(await rina.execute('{ mine }')).toEqual({ mine: 'rina' });
  });

  it('refuses anonymous callers without a request to a subgraph', async () => {
    const answer = await anonymous.answer('{ mine stock }');
    expect(answer.data).toEqual({ mine: null, stock: null });
    expect(answer.errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['mine'], 'UNAUTHENTICATED'],
      [['stock'], 'UNAUTHENTICATED'],
    ]);
    expect(under.shop.asked).toEqual([]);
  });

  it('refuses who lacks the scopes, and lets in who has one of the sets', async () => {
    const answer = await rina.answer('{ mine stock }');
    expect(answer.data).toEqual({ mine: 'rina', stock: null });
    expect(answer.errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['stock'], 'FORBIDDEN'],
    ]);
    expect(under.shop.asked.map(({ field }) => field)).toEqual(['mine']);
    expect(await keeper.execute('{ stock }')).toEqual({ stock: 7 });
  });

  it('judges the caller before the input', async () => {
    const mutation = 'mutation ($input: OrderInput!) { order(input: $input) { id } }';
    expect(await anonymous.codes(mutation, { input: { id: 5 } })).toEqual(['UNAUTHENTICATED']);
    expect(await rina.codes(mutation, { input: { id: '1', quantity: 'many' } })).toEqual(['BAD_USER_INPUT']);
    expect(under.shop.asked).toEqual([]);
  });

  it('gives a token that is not good a 401', async () => {
    for (const token of ['nonsense', await under.tokenFor('rina', { secondsLeft: -10 })]) {
      const answer = await new FrontEnd(under.url, token).answer('{ products { id } }');
      expect(answer.status).toBe(401);
      expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    }
  });

  it('keeps to itself what failed inside', async () => {
    const answer = await anonymous.answer('{ fail(how: THROWN) }');
    expect(answer.data).toEqual({ fail: null });
    expect(answer.errors).toMatchObject([{ path: ['fail'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(JSON.stringify(answer)).not.toMatch(/SELECT|db\.internal|stack/);
    expect(await anonymous.codes('{ fail(how: REFUSED) }')).toEqual(['NOT_FOUND']);
  });

  it('streams a subscription with fields of other subgraphs, snapshot first', async () => {
    const stream = anonymous.subscribe<{ priceChanged: { price: number } }>(
      'subscription ($id: ID!) { priceChanged(id: $id) { price reviews { body } } }',
      { id: '2' },
    );
    await eventually(() => expect(stream.events).toHaveLength(1));
    await anonymous.execute('mutation { reprice(id: "2", price: 250) { id } }');
    await eventually(() => expect(stream.events).toHaveLength(2));
    expect(stream.events).toEqual(
      [200, 250].map((price) => ({ priceChanged: { price, reviews: [{ body: 'Review of 2' }] } })),
    );
    expect(stream.errors).toEqual([]);
    stream.close();
    await eventually(() => expect(under.shop.listeners()).toBe(0));
  });

  it('takes the token of connection_init, and holds a subscription to the same rules', async () => {
    const refused = anonymous.subscribe('subscription { myTicks }');
    await refused.ended;
    expect(refused.errors.join()).toContain('UNAUTHENTICATED');

    const stream = rina.subscribe('subscription { myTicks }');
    await eventually(() => expect(under.shop.listeners()).toBe(1));
    under.shop.tick(1);
    await eventually(() => expect(stream.events).toEqual([{ myTicks: 1 }]));
    stream.close();
  });

  it('executes simultaneous equal queries of anonymous callers once', async () => {
    const asked = () => under.shop.asked.filter(({ field }) => field === 'slow').length;
    const crowd = Array.from({ length: 5 }, () => anonymous.execute('{ slow { name } }'));
    const signedIn = [rina.execute('{ slow { name } }'), rina.execute('{ slow { name } }')];
    await eventually(() => expect(asked()).toBe(3));
    under.shop.letGo();
    for (const answer of [...crowd, ...signedIn])
      expect(await answer).toEqual({ slow: { name: 'Product 1' } });
    const next = anonymous.execute('{ slow { name } }');
    await eventually(() => expect(asked()).toBe(4));
    under.shop.letGo();
    await next;
  });

  it('runs queries and mutations over the socket, too', async () => {
    const stream = rina.subscribe('query ($id: ID!) { mine product(id: $id) { price reviews { id } } }', {
      id: '1',
    });
    await stream.ended;
    expect(stream.events).toEqual([{ mine: 'rina', product: { price: 100, reviews: [{ id: 'r1' }] } }]);
  });
});
