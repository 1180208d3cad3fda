/** What a caller gets who may not see everything: nulls with errors, without requests to subgraphs for what is hidden. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, FrontEnd } from '../../tests/support/front-end.js';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';

let under: ShopGateway;
let anonymous: FrontEnd;
let rina: FrontEnd;
let sari: FrontEnd;

beforeAll(async () => {
  under = await startShopGateway({
    policies: async ({ identity }, asked) => (identity.customerId === 'sari' ? asked : []),
  });
  anonymous = new FrontEnd(under.url);
  rina = new FrontEnd(under.url, await under.tokenFor('rina'));
  sari = new FrontEnd(under.url, await under.tokenFor('sari', { roles: ['BARISTA'] }));
});
beforeEach(() => {
  under.shop.asked.length = 0;
});
afterAll(() => under.stop());

const refusals = ({ errors }: Answer<unknown>) =>
  errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]);

describe('A field within lists', () => {
  const query = '{ products(first: 2) { id margin reviews { author } } }';

  it('is null in every place, with one error for all of them', async () => {
    const answer = await anonymous.answer(query);
    expect(answer.data).toEqual({
      products: [1, 2].map((n) => ({ id: String(n), margin: null, reviews: [{ author: null }] })),
    });
    expect(refusals(answer)).toEqual([
      ['products.@.margin', 'UNAUTHENTICATED'],
      ['products.@.reviews.@.author', 'UNAUTHENTICATED'],
    ]);
  });

  it('is judged by itself', async () => {
    const answer = await rina.answer(query);
    expect(answer.data).toMatchObject({ products: [{ margin: null, reviews: [{ author: 'Rina' }] }, {}] });
    expect(refusals(answer)).toEqual([['products.@.margin', 'FORBIDDEN']]);
    expect(await sari.codes(query)).toEqual([]);
  });

  it('is not fetched at all when nothing else is selected of its subgraph', async () => {
    await anonymous.answer('{ mine product(id: "1") { margin } }');
    expect(under.shop.asked.map(({ field }) => field)).toEqual(['product']);
  });
});

describe('A field that may not be null', () => {
  it('takes its object with it, as any null would', async () => {
    const answer = await anonymous.answer('{ product(id: "1") { name supplier { name bank } } }');
    expect(answer.data).toEqual({ product: { name: 'Product 1', supplier: null } });
    expect(refusals(answer)).toEqual([['product.supplier.bank', 'UNAUTHENTICATED']]);
    expect(await rina.execute('{ product(id: "1") { supplier { bank } } }')).toEqual({
      product: { supplier: { bank: 'BCA' } },
    });
  });
});

describe('An interface', () => {
  it('demands what any of its objects does, where one cannot know which it will be', async () => {
    const answer = await anonymous.answer('{ media { id title } }');
    expect(answer.data).toBeNull();
    expect(refusals(answer)).toEqual([['media.@.title', 'UNAUTHENTICATED']]);
    expect(under.shop.asked.map(({ field }) => field)).toEqual(['media']);
    expect(await rina.execute('{ media { title } }')).toEqual({
      media: [{ title: 'A book' }, { title: 'A film' }],
    });
  });

  it('is open where fragments say which object is meant', async () => {
    expect(await anonymous.execute('{ media { id ... on Book { title } ... on Film { length } } }')).toEqual({
      media: [
        { id: 'b', title: 'A book' },
        { id: 'f', length: 90 },
      ],
    });
    const answer = await anonymous.answer('{ media { id ...film } } fragment film on Film { title }');
    expect(answer.data).toBeNull();
    expect(refusals(answer)).toEqual([['media.@.title', 'UNAUTHENTICATED']]);
  });
});

describe('A type', () => {
  const query = '{ reviewCount vault { code } }';

  it('that demands a policy is given to whom the policy is granted', async () => {
    expect(await anonymous.answer(query)).toMatchObject({ data: { reviewCount: 2, vault: null } });
    expect(await anonymous.codes(query)).toEqual(['UNAUTHENTICATED']);
    expect(await rina.codes(query)).toEqual(['FORBIDDEN']);
  });

  it('whose policy is granted is requested from its subgraph, which may still refuse', async () => {
    const answer = await sari.answer(query);
    expect(answer.data).toEqual({ reviewCount: 2, vault: null });
    expect(refusals(answer)).toEqual([['vault', 'FORBIDDEN']]);
  });
});

describe('What is refused', () => {
  it('leaves an object that has nothing else as an object', async () => {
    expect((await anonymous.answer('{ product(id: "1") { margin } }')).data).toEqual({
      product: { margin: null },
    });
    expect((await anonymous.answer('{ product(id: "9") { margin } }')).data).toEqual({ product: null });
  });

  it('keeps its name in the answer', async () => {
    const answer = await anonymous.answer('{ a: mine b: product(id: "1") { c: margin } }');
    expect(answer.data).toEqual({ a: null, b: { c: null } });
    expect(refusals(answer)).toEqual([
      ['a', 'UNAUTHENTICATED'],
      ['b.c', 'UNAUTHENTICATED'],
    ]);
  });

  it('is no error where a variable excludes it', async () => {
    const query =
      'query ($yes: Boolean!) { reviewCount mine @include(if: $yes) ... @skip(if: true) { stock } }';
    expect(await anonymous.answer(query, { yes: false })).toMatchObject({
      data: { reviewCount: 2 },
      errors: [],
    });
    expect(await anonymous.codes(query, { yes: true })).toEqual(['UNAUTHENTICATED']);
  });

  it('is no error where a default excludes it', async () => {
    const query =
      'query ($yes: Boolean = false, $no: Boolean = true) { mine @include(if: $yes) stock @skip(if: $no) }';
    expect(await anonymous.codes(query)).toEqual([]);
    expect(await anonymous.codes(query, { yes: true })).toEqual(['UNAUTHENTICATED']);
    expect(await anonymous.codes(query, { yes: true, no: false })).toHaveLength(2);
  });

  it('does not have its arguments validated, whatever else is selected', async () => {
    const query =
      'mutation ($o: OrderInput!, $id: ID!) { order(input: $o) { id } reprice(id: $id, price: 5) { id } }';
    const answer = await anonymous.answer(query, { o: 'nonsense', id: '3' });
    expect(answer.data).toEqual({ order: null, reprice: { id: '3' } });
    expect(refusals(answer)).toEqual([['order', 'UNAUTHENTICATED']]);
    expect(under.shop.asked.map(({ field }) => field)).toEqual(['reprice']);
  });

  it('stays refused from the cache, for that caller alone', async () => {
    for (let run = 0; run < 2; run += 1) {
      expect(await anonymous.codes('{ mine }')).toEqual(['UNAUTHENTICATED']);
      expect(await rina.execute('{ mine }')).toEqual({ mine: 'rina' });
    }
  });
});
