/** Answers that are cached for every caller. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FrontEnd } from '../../tests/support/front-end.js';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';

let under: ShopGateway;
let anonymous: FrontEnd;
let rina: FrontEnd;
/** A change reported from elsewhere. */
let changed: () => void;

beforeEach(async () => {
  under = await startShopGateway({
    onInvalidation: (listener) => {
      changed = listener;
      return async () => {};
    },
  });
  anonymous = new FrontEnd(under.url);
  rina = new FrontEnd(under.url, await under.tokenFor('rina'));
});
afterEach(() => under.stop());

const fetches = () => under.shop.asked.filter(({ field }) => field === 'notice').length;
const text = '{ notice { text by { name } } }';

async function cacheControlOf(query: string, token?: string): Promise<string | null> {
  const response = await fetch(under.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
  return response.headers.get('cache-control');
}

test('what its hints allow is fetched once, for every caller without a role', async () => {
  for (const client of [anonymous, rina, anonymous, rina]) {
    expect(await client.execute(text)).toEqual({ notice: { text: 'Price 100', by: { name: 'Keeper' } } });
  }
  expect(fetches()).toBe(1);
  expect(await cacheControlOf(text)).toBe('public, max-age=60');
});

test('what its hints allow is fetched once for all who have the same roles, which may show them more', async () => {
  const staff = new FrontEnd(under.url, await under.tokenFor('sari', { roles: ['BARISTA'] }));
  const colleague = new FrontEnd(under.url, await under.tokenFor('budi', { roles: ['BARISTA'] }));
  const owner = new FrontEnd(under.url, await under.tokenFor('dewi', { roles: ['OWNER'] }));
  for (const client of [staff, colleague, anonymous, rina, owner, staff, owner]) await client.execute(text);
  expect(fetches()).toBe(3);
});

test('one field without a hint keeps an answer out of the cache', async () => {
  for (const query of ['{ notice { text about { name } } }', '{ notice { text } mine }', '{ reviewCount }']) {
    await rina.execute(query);
    await rina.execute(query);
    expect(await cacheControlOf(query)).toBe('no-store');
  }
  expect(fetches()).toBe(6);
});

test('what was refused to one caller is not cached for another', async () => {
  const query = '{ notice { text secret } }';
  expect(await anonymous.codes(query)).toEqual(['UNAUTHENTICATED']);
  expect(await anonymous.codes(query)).toEqual(['UNAUTHENTICATED']);
  expect(fetches()).toBe(2);
  expect(await rina.execute(query)).toEqual({ notice: { text: 'Price 100', secret: 'x' } });
  expect(await cacheControlOf(query, await under.tokenFor('rina'))).toBe('private, max-age=60');
  expect(await anonymous.codes(query)).toEqual(['UNAUTHENTICATED']);
});

test("a mutation's caller sees its effect at once", async () => {
  await anonymous.execute(text);
  await anonymous.execute('mutation { reprice(id: "1", price: 105) { id } }');
  expect(await rina.execute('{ notice { text } }')).toEqual({ notice: { text: 'Price 105' } });
  expect(await anonymous.execute(text)).toMatchObject({ notice: { text: 'Price 105' } });
});

test('a change at another service leaves an answer cached', async () => {
  await anonymous.execute(text);
  await rina.execute('mutation { review(productId: "1") { name } }');
  await anonymous.execute(text);
  expect(fetches()).toBe(1);
});

test('a change that is reported from elsewhere invalidates', async () => {
  await anonymous.execute(text);
  under.shop.reprice('1', 106);
  expect(await anonymous.execute(text)).toMatchObject({ notice: { text: 'Price 100' } });
  changed();
  expect(await anonymous.execute(text)).toMatchObject({ notice: { text: 'Price 106' } });
});

test('an answer that was under way during a change is not cached, and not shared with later requests', async () => {
  const letGo = under.shop.holdNotices();
  const early = anonymous.execute(text);
  await eventually(() => expect(fetches()).toBe(1));
  await rina.execute('mutation { reprice(id: "1", price: 107) { id } }');
  const late = anonymous.execute(text);
  await eventually(() => expect(fetches()).toBe(2));
  letGo();
  expect(await early).toMatchObject({ notice: { text: 'Price 100' } });
  expect(await late).toMatchObject({ notice: { text: 'Price 107' } });
  expect(await anonymous.execute(text)).toMatchObject({ notice: { text: 'Price 107' } });
});
