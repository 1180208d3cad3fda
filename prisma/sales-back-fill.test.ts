/** Sales from before events said them, and of units from before: the history suffices to rebuild both. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rebuildReadModel } from '../deploy/replay/read-models/rebuild-read-model.js';
import { SALES } from '../deploy/replay/read-models/sales.js';
import { newId } from '../platform/ids.js';
import { type UpgradedDatabase, upgradedDatabase } from '../tests/support/older-database.js';

let order: UpgradedDatabase;

const [franchiseId, outletId, tea, coffee, orderId, customerId] = Array.from({ length: 6 }, () => newId());

beforeAll(async () => {
  order = await upgradedDatabase('order', { before: '20261129190000_sales_history', rows: OLDER_ROWS });
});
afterAll(() => order.drop());

const OLDER_ROWS = `
  INSERT INTO sales_day (outlet_id, franchise_id, day, orders, units, revenue)
    VALUES ('${outletId}', '${franchiseId}', '2026-11-01', 3, 5, 90000), ('${outletId}', '${franchiseId}', '2026-11-02', 0, 0, -5000);
  INSERT INTO sales_day_item (outlet_id, franchise_id, day, menu_item_id, orders, units, revenue)
    VALUES ('${outletId}', '${franchiseId}', '2026-11-01', '${tea}', 2, 4, 70000), ('${outletId}', '${franchiseId}', '2026-11-01', '${coffee}', 1, 1, 20000),
           ('${outletId}', '${franchiseId}', '2026-11-02', '${tea}', 0, 0, -5000);`;

async function differences(): Promise<number[]> {
  const { tables } = await rebuildReadModel(SALES, { url: order.url, isDryRun: true });
  return tables.map(({ differing }) => differing);
}

test('sales of before are carried forward', async () => {
  expect(await differences()).toEqual([0, 0]);
  const { rows } = await order.client.query(
    `SELECT data FROM event_history WHERE type = 'sales.carried-forward' AND NOT data->'sales'->0 ? 'gross' ORDER BY data->'sales'->0->'day' DESC`,
  );
  expect(rows[0].data).toEqual({
    ...{ outletId, franchiseId },
    sales: [
      {
        ...{ day: '2026-11-02', orders: 0, units: 0, revenue: -5_000 },
        items: [{ menuItemId: tea, orders: 0, units: 0, revenue: -5_000 }],
      },
    ],
  });
  expect(rows).toHaveLength(2);
});

test('sales by a unit of before, beside newer ones, are so, too', async () => {
  const figures = {
    outlet_id: outletId,
    franchise_id: franchiseId,
    day: '2026-11-29',
    orders: 1,
    units: 2,
    revenue: 35_000,
  };
  await order.client.query('BEGIN; SET LOCAL session_replication_role = replica');
  await order.client.query(
    `INSERT INTO orders (id, number, customer_id, outlet_id, franchise_id, status, status_at, version, total, preparation_seconds, placed_at)
     VALUES ($1, 'A-1', $2, $3, $4, 'PLACED', now(), 1, 35000, 60, now())`,
    [orderId, customerId, outletId, franchiseId],
  );
  await order.client.query('SELECT add_to_sales(ARRAY[$1::uuid], $2::jsonb)', [
    orderId,
    JSON.stringify([
      { ...figures, menu_item_id: null },
      { ...figures, menu_item_id: tea },
    ]),
  ]);
  await order.client.query('COMMIT');
  const { rows } = await order.client.query('SELECT sum(revenue)::int AS revenue FROM sales_day');
  expect(rows).toEqual([{ revenue: 120_000 }]);
  expect(await differences()).toEqual([0, 0]);
});
