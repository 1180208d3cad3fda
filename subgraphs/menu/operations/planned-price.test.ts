/** Prices that are planned ahead. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { codesOf, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { CUSTOMER, HQ, itemNamed, MANAGER, MENTENG, publishedBy, startTestMenu } from '../testing/harness.js';

let menu: TestSubgraph;
beforeAll(async () => {
  menu = await startTestMenu();
});
afterAll(() => menu.stop());
beforeEach(() => menu.pool.query('DELETE FROM outbox'));

const FIELDS =
  'menuItem { price { amount } plannedPrice { price { amount } from } } userErrors { code field }';
const update = (input: object) =>
  menu.run(HQ, `mutation ($input: UpdateMenuItemInput!) { updateMenuItem(input: $input) { ${FIELDS} } }`, {
    input,
  });
const setPrice = (input: object) =>
  menu.run(
    MANAGER,
    `mutation ($input: SetOutletPriceInput!) { setOutletPrice(input: $input) { ${FIELDS} } }`,
    { input: { outletId: MENTENG, ...input } },
  );
const tomorrow = new Date(Date.now() + 86_400_000).toISOString();

test('the price of the chain stays until its moment, whatever else changes', async () => {
  const { id: menuItemId, price, optionGroups } = itemNamed('Teh Tarik');
  const planned = { price: { amount: price }, plannedPrice: { price: { amount: 21_000 }, from: tomorrow } };
  const asPlanned = { updateMenuItem: { menuItem: planned, userErrors: [] } };
  expect((await update({ menuItemId, price: 21_000, priceFrom: tomorrow })).data).toEqual(asPlanned);
  expect((await update({ menuItemId, description: 'Berbusa.' })).data).toEqual(asPlanned);
  const [group, ...groups] = optionGroups.map(({ name, minimum, maximum, options }) => ({
    ...{ name, minimum, maximum },
    options: options.map(({ id, name, isDefault }) => ({
      id,
      name,
      priceDelta: isDefault ? 0 : 6_000,
      isDefault,
    })),
  }));
  await update({ menuItemId, optionGroups: [group, ...groups] });
  const [, , last] = await publishedBy(menu);
  expect(last?.data).toMatchObject({ price: 21_000, previousPrice: price, effectiveAt: tomorrow });
  const [option] = Object(last?.data).optionGroups[0].options.slice(1);
  expect(option).toMatchObject({
    priceDelta: 6_000,
    previousPriceDelta: 5_000,
    effectiveAt: expect.any(String),
  });
  expect(option.effectiveAt < tomorrow).toBe(true);
});

test('a price that is set takes the place of the one that is planned', async () => {
  const { id: menuItemId, price } = itemNamed('Teh Leci');
  await update({ menuItemId, price: 21_000, priceFrom: tomorrow });
  expect((await update({ menuItemId, price })).data).toMatchObject({
    updateMenuItem: { menuItem: { price: { amount: price }, plannedPrice: null } },
  });
});

test('an outlet plans its own price, and the end of it', async () => {
  const { id: menuItemId, price } = itemNamed('Teh Mangga');
  expect((await setPrice({ menuItemId, price: 25_000, priceFrom: tomorrow })).data).toMatchObject({
    setOutletPrice: {
      menuItem: { price: { amount: price }, plannedPrice: { price: { amount: 25_000 }, from: tomorrow } },
    },
  });
  await setPrice({ menuItemId, isOffered: false });
  expect((await publishedBy(menu)).at(-1)?.data).toMatchObject({
    ...{ price: 25_000, previousPrice: null, effectiveAt: tomorrow, isOffered: false },
  });
  await setPrice({ menuItemId, price: 19_000 });
  expect((await setPrice({ menuItemId, price: null, priceFrom: tomorrow })).data).toMatchObject({
    setOutletPrice: {
      menuItem: { price: { amount: 19_000 }, plannedPrice: { price: { amount: price }, from: tomorrow } },
    },
  });
});

test('is for staff to see', async () => {
  const query = `{ menuItem(id: "${itemNamed('Teh Tarik').id}") { plannedPrice { from } } }`;
  const seenBy = async (identity: Identity) => codesOf(await menu.run(identity, query));
  expect(await seenBy(ANONYMOUS)).toEqual(['UNAUTHENTICATED']);
  expect(await seenBy(CUSTOMER)).toEqual(['FORBIDDEN']);
  expect(await seenBy(MANAGER)).toEqual([]);
});

test.each([
  ['in the past', { price: 20_000, priceFrom: '2026-01-01T00:00:00Z' }],
  ['years ahead', { price: 20_000, priceFrom: '2099-01-01T00:00:00Z' }],
  ['without a price', { priceFrom: tomorrow }],
])('nothing is planned %s', async (_when, input) => {
  const { id: menuItemId } = itemNamed('Teh Stroberi');
  const userErrors = [{ code: 'INVALID_INPUT', field: ['priceFrom'] }];
  expect((await update({ menuItemId, ...input })).data).toMatchObject({ updateMenuItem: { userErrors } });
  expect((await setPrice({ menuItemId, ...input })).data).toMatchObject({ setOutletPrice: { userErrors } });
});
