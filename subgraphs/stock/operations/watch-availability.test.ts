import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { seedStock } from '../../../prisma/seed/stock.js';
import { startTestSubgraph, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { startStock } from '../index.js';
import { BUDI, OWN_OUTLET, seededItem, UNKNOWN_OUTLET } from '../testing/harness.js';

const AVAILABILITY = `subscription ($outletId: ID!) { availabilityChanged(outletId: $outletId) {
  menuItem { id } availability { inStock servings soldOutAt } version at } }`;
const COOKIE = CATALOGUE.menuItems.find(({ name }) => name === 'Kukis Cokelat');

interface Change {
  readonly menuItem: { readonly id: string };
  readonly availability: { readonly inStock: boolean; readonly servings: number };
  readonly version: number;
}

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

async function watch(outletId = OWN_OUTLET) {
  const stream = await stock.subscribe(ANONYMOUS, AVAILABILITY, { outletId });
  const next = async (): Promise<Change> => {
    const { value } = await stream.next();
    const change: Change | undefined = value?.data?.availabilityChanged as Change | undefined;
    if (change === undefined || value?.errors) throw new Error(JSON.stringify(value));
    return change;
  };
  const present = new Map<string, Change>();
  while (present.size < CATALOGUE.menuItems.length) {
    const change = await next();
    present.set(change.menuItem.id, change);
  }
  return { stream, next, present };
}

async function count(stockItemId: string, countedOnHand: number): Promise<void> {
  const { errors } = await stock.run(
    BUDI,
    'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { userErrors { code } } }',
    { input: { stockItemId, countedOnHand, reason: 'Uji', idempotencyKey: newId() } },
  );
  expect(errors).toBeUndefined();
}

let handVersion = 0;
async function takeOff(menuItemId: string, isAvailable: boolean, until: string | null = null) {
  handVersion += 1;
  await stock.deliver('stock.menu-copies', {
    type: 'hand-availability.changed',
    aggregateId: `${menuItemId}:${OWN_OUTLET}`,
    aggregateVersion: handVersion,
    data: { outletId: OWN_OUTLET, menuItemId, subjectId: menuItemId, isAvailable, until },
  });
}

test('every item comes first, then those alone whose answer stock has changed, by rising versions', async () => {
  if (COOKIE === undefined) throw new Error('The demo chain sells cookies');
  const { stream, next, present } = await watch();
  const { id } = seededItem('Kukis Cokelat');
  const before = present.get(COOKIE.id);
  await count(id, 2);
  const two = await next();
  expect(two).toMatchObject({ menuItem: { id: COOKIE.id }, availability: { inStock: true, servings: 2 } });
  await count(id, 0);
  const none = await next();
  expect(none).toMatchObject({ menuItem: { id: COOKIE.id }, availability: { inStock: false, servings: 0 } });
  expect([before?.version, two.version, none.version]).toEqual(
    [before?.version ?? 0, two.version, none.version].sort((one, other) => one - other),
  );
  expect(new Set([before?.version, two.version, none.version]).size).toBe(3);
  await count(id, 24);
  await next();
  await stream.return();
});

test('what staff take off by hand is reported, and that it is there again when its time has come', async () => {
  if (COOKIE === undefined) throw new Error('The demo chain sells cookies');
  const { stream, next, present } = await watch();
  const available = present.get(COOKIE.id)?.availability;
  await takeOff(COOKIE.id, false);
  const off = await next();
  expect(off).toMatchObject({
    menuItem: { id: COOKIE.id },
    availability: { inStock: false, soldOutAt: null },
  });
  await takeOff(COOKIE.id, true);
  const back = await next();
  expect(back).toMatchObject({
    menuItem: { id: COOKIE.id },
    availability: { servings: available?.servings },
  });
  await takeOff(COOKIE.id, false, new Date(Date.now() + 1_500).toISOString());
  const offAgain = await next();
  const backAgain = await next();
  expect([offAgain, backAgain]).toMatchObject([
    { availability: { inStock: false } },
    { availability: { inStock: true } },
  ]);
  const versions = [off, back, offAgain, backAgain].map(({ version }) => version);
  expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
  await stream.return();
});

test('an item that takes something else is reported, and one that is archived is not there any more', async () => {
  const tea = CATALOGUE.menuItems.find(({ recipe }) => recipe.length > 1);
  const cookie = seededItem('Kukis Cokelat');
  if (tea === undefined) throw new Error('The demo chain sells tea');
  const { stream, next } = await watch();
  const changed = (aggregateVersion: number, isArchived: boolean) =>
    stock.deliver('stock.serving-recipes', {
      type: 'menu-item.changed',
      aggregateId: tea.id,
      aggregateVersion,
      data: {
        ...{ menuItemId: tea.id, name: tea.name, category: tea.category, price: 1, isLimited: false },
        ...{ isArchived, preparationSeconds: 1, season: null, optionGroups: [] },
        recipe: [{ ingredientId: cookie.ingredientId, quantity: 3 }],
      },
    });
  await changed(2, false);
  const other = await next();
  expect(other).toMatchObject({ menuItem: { id: tea.id }, availability: { inStock: true, servings: 8 } });
  await changed(3, true);
  expect(await next()).toMatchObject({ menuItem: { id: tea.id }, availability: { inStock: false } });
  await stream.return();
});

test('an outlet that does not exist is NOT_FOUND', async () => {
  await expect(stock.subscribe(ANONYMOUS, AVAILABILITY, { outletId: UNKNOWN_OUTLET })).rejects.toThrow(
    'NOT_FOUND',
  );
});
