import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { startTestSubgraph, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { startStock } from '../index.js';
import { HQ } from '../testing/people.js';

const REMOVE = `mutation ($id: ID!) { removeStockItem(stockItemId: $id) { stockItem { id } userErrors { code } } }`;

/** Of an MQTT broker that is away. */
let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { settings: { MQTT_URL: 'mqtt://127.0.0.1:1' } });
});
afterAll(() => stock.stop());

async function anItemWithAShelf(): Promise<{ id: string; shelfId: string }> {
  const [id, ingredientId, shelfId, outletId, franchiseId] = [newId(), newId(), newId(), newId(), newId()];
  await stock.pool.query(
    "INSERT INTO ingredient (id, name, unit) VALUES ($1::uuid, $1::uuid::text, 'GRAM')",
    [ingredientId],
  );
  await stock.pool.query(
    `INSERT INTO stock_item (id, franchise_id, outlet_id, ingredient_id, tracking, reorder_point)
     VALUES ($1, $2, $3, $4, 'SHELF', 0)`,
    [id, franchiseId, outletId, ingredientId],
  );
  await stock.pool.query(
    `INSERT INTO shelf (id, franchise_id, outlet_id, stock_item_id, grams_per_unit, tare_grams, token_hash)
     VALUES ($1, $2, $3, $4, 1, 0, '\\x00')`,
    [shelfId, franchiseId, outletId, id],
  );
  return { id, shelfId };
}

test('an item is removed while the broker of its devices is away', async () => {
  const { id, shelfId } = await anItemWithAShelf();
  expect(await stock.run(HQ, REMOVE, { id })).toEqual({
    data: { removeStockItem: { stockItem: { id }, userErrors: [] } },
  });
  const { rows } = await stock.pool.query('SELECT id FROM shelf WHERE removed_at IS NOT NULL');
  expect(rows).toEqual([{ id: shelfId }]);
});

test('an item is removed while a reading of its shelf is applied: one waits for the other', async () => {
  const { id, shelfId } = await anItemWithAShelf();
  const applying = await stock.pool.connect();
  try {
    await applying.query('BEGIN');
    await applying.query('SELECT FROM shelf WHERE id = $1 FOR UPDATE', [shelfId]);
    const removing = stock.run(HQ, REMOVE, { id });
    await eventually(async () => {
      const { rowCount } = await stock.pool.query(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
      );
      expect(rowCount).toBe(1);
    });
    await applying.query('SELECT FROM stock_item WHERE id = $1 FOR UPDATE', [id]);
    await applying.query('COMMIT');
    expect(await removing).toEqual({ data: { removeStockItem: { stockItem: { id }, userErrors: [] } } });
  } finally {
    applying.release();
  }
});
