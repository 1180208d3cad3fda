import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { seedStock } from '../../../prisma/seed/stock.js';
import { codesOf, startTestSubgraph, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { startStock } from '../index.js';
import { BUDI, HQ, seededItem, UNKNOWN_OUTLET } from '../testing/harness.js';

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

const { ingredientId } = seededItem('Roti Bakar');
const OPERATIONS = [
  [
    'createStockItem',
    `mutation ($outletId: ID!) { createStockItem(input: { outletId: $outletId, ingredientId: "${ingredientId}", tracking: COUNT }) {
       stockItem { outlet { name } } userErrors { code } } }`,
    { createStockItem: { stockItem: { outlet: { name: 'Kedai Baru' } }, userErrors: [] } },
  ],
  [
    'stockItems',
    'query ($outletId: ID!) { stockItems(outletId: $outletId) { nodes { id } } }',
    { stockItems: { nodes: [] } },
  ],
  [
    'MenuItem.availability',
    `query ($outletId: ID!) {
       _entities(representations: [{ __typename: "MenuItem", id: "${newId()}", servingRecipe: [] }]) {
         ... on MenuItem { availability(outletId: $outletId) { inStock } } } }`,
    { _entities: [{ availability: { inStock: true } }] },
  ],
] as const;

const run = (identity: Identity, source: string, outletId: string) =>
  stock.run(identity, source, { outletId });

/** Writes stock's copy of the outlet, as the consumer of its event does. */
async function copyOutlet(outletId: string): Promise<void> {
  await stock.pool.query(
    "INSERT INTO outlet (id, franchise_id, name, version) VALUES ($1, $2, 'Kedai Baru', 1)",
    [outletId, newId()],
  );
}

describe('an outlet created moments ago, whose event is on its way,', () => {
  test.each(OPERATIONS)('is found by %s', async (_name, source, expected) => {
    const outletId = newId();
    const running = run(HQ, source, outletId);
    await copyOutlet(outletId);
    const result = await running;
    expect(result).toMatchObject({ data: expected });
    expect(result.errors).toBeUndefined();
  });

  test('stays NOT_FOUND to callers of other tenants', async () => {
    const outletId = newId();
    const [, source] = OPERATIONS[1];
    const running = run(BUDI, source, outletId);
    await copyOutlet(outletId);
    expect(codesOf(await running)).toEqual(['NOT_FOUND']);
  });
});

test.each(OPERATIONS)('an outlet that does not exist is not found by %s', async (_name, source) => {
  for (const outletId of [UNKNOWN_OUTLET, 'no-id']) {
    expect(codesOf(await run(HQ, source, outletId))).toEqual(['NOT_FOUND']);
  }
});

test('an outlet whose event never arrives is not found in the end', async () => {
  const [, source] = OPERATIONS[1];
  expect(codesOf(await run(HQ, source, newId()))).toEqual(['NOT_FOUND']);
});
