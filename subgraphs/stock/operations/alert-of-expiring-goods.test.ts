import { afterAll, beforeAll, expect, test } from 'vitest';
import { SettingsCopy } from '../../../platform/copies/settings-copy.js';
import { newId } from '../../../platform/ids.js';
import { addDays, todayIn } from '../../../platform/kit/calendar.js';
import { defaultSettings } from '../../../platform/outlet-settings/defaults.js';
import { seedStock } from '../../../prisma/seed/stock.js';
import { startTestSubgraph, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { startStock } from '../index.js';
import { openStockDatabase } from '../store/database.js';
import { findAllOutlets } from '../store/outlets.js';
import { BUDI, OWN_OUTLET, SARI, seededItem } from '../testing/harness.js';
import { alertOfExpiringGoods } from './alert-of-expiring-goods.js';

const today = todayIn('Asia/Jakarta');

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

/** Twice at once, as two processes do. */
async function look(): Promise<void> {
  const { platform, pool } = stock;
  const { bus, config, log } = platform;
  const copy = await SettingsCopy.open('stock', { pool, bus, log, defaults: defaultSettings(config) });
  const database = openStockDatabase(config.databaseUrl('stock'), bus);
  const outlets = await findAllOutlets(database);
  const { settings } = copy;
  await Promise.all([1, 2].map(() => alertOfExpiringGoods({ database, settings }, outlets)));
  await copy.stop();
  await database.close();
}

async function alerts(stockItemId: string): Promise<unknown[]> {
  const { rows } = await stock.pool.query<{ data: object }>(
    `SELECT data FROM outbox WHERE type = 'stock.expiring' AND aggregate_id = $1 ORDER BY id`,
    [stockItemId],
  );
  return rows.map(({ data }) => data);
}

const receive = (lines: object[]) =>
  stock.run(
    BUDI,
    'mutation ($input: ReceiveDeliveryInput!) { receiveDelivery(input: $input) { userErrors { code field } } }',
    { input: { outletId: OWN_OUTLET, lines, idempotencyKey: newId() } },
  );

const count = (stockItemId: string, countedOnHand: number) =>
  stock.run(
    BUDI,
    'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { userErrors { code } } }',
    { input: { stockItemId, countedOnHand, reason: 'Hitung', idempotencyKey: newId() } },
  );

test('staff are notified once of each batch that expires within the days of the setting, and of none that is gone', async () => {
  const [roll, gone] = [seededItem('Croissant Mentega'), seededItem('Roti Pisang')];
  await receive([
    { stockItemId: roll.id, quantity: 30, bestBefore: addDays(today, 3) },
    { stockItemId: roll.id, quantity: 20, bestBefore: addDays(today, -1) },
    { stockItemId: roll.id, quantity: 50, bestBefore: addDays(today, 4) },
    { stockItemId: gone.id, quantity: 5, bestBefore: addDays(today, 1) },
    { stockItemId: gone.id, quantity: 6, bestBefore: addDays(today, 40) },
  ]);
  await count(gone.id, 6);
  for (let times = 0; times < 2; times++) await look();
  const about = { stockItemId: roll.id, outletId: OWN_OUTLET, ingredientName: 'Croissant Mentega' };
  expect(await alerts(roll.id)).toMatchObject([
    { ...about, bestBefore: addDays(today, -1), daysLeft: -1, quantity: 20 },
    { ...about, bestBefore: addDays(today, 3), daysLeft: 3, quantity: 30 },
  ]);
  expect(await alerts(gone.id)).toEqual([]);
  const { data } = await stock.run(
    SARI,
    `query ($scope: SalesScopeInput, $until: Date) { expiringStock(scope: $scope, until: $until) { nodes { quantity alertedAt } } }`,
    { scope: { outletId: OWN_OUTLET }, until: addDays(today, 4) },
  );
  expect(data).toEqual({
    expiringStock: {
      nodes: [
        { quantity: 20, alertedAt: expect.any(String) },
        { quantity: 30, alertedAt: expect.any(String) },
        { quantity: 50, alertedAt: null },
      ],
    },
  });
});

test('an outlet that wants to know earlier is notified earlier', async () => {
  const { id } = seededItem('Tas Kanvas');
  await receive([{ stockItemId: id, quantity: 5, bestBefore: addDays(today, 9) }]);
  await look();
  expect(await alerts(id)).toEqual([]);
  await stock.pool.query(
    `INSERT INTO setting_copy (place_id, settings, version) VALUES ($1, '{"expiryAlertDays": {"value": 9, "isLocked": false}}', 1)`,
    [OWN_OUTLET],
  );
  await look();
  expect(await alerts(id)).toMatchObject([{ daysLeft: 9, quantity: 5 }]);
});
