/** Rows of the menu from before row-level security: the migration gives them the tenants that its policies look at. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../platform/ids.js';
import { type UpgradedDatabase, upgradedDatabase } from '../tests/support/older-database.js';

let menu: UpgradedDatabase;

const [franchiseId, outletId, itemId, otherItemId, everywhereId, here] = Array.from({ length: 6 }, () =>
  newId(),
);

beforeAll(async () => {
  menu = await upgradedDatabase('menu', { before: '20261129120000_walls', rows: OLDER_ROWS });
});
afterAll(() => menu.drop());

const OLDER_ROWS = `
  INSERT INTO franchise (id, name, version) VALUES ('${franchiseId}', 'Kedai Lama', 1);
  INSERT INTO outlet (id, franchise_id, name, city, address, phone, time_zone, version)
    VALUES ('${outletId}', '${franchiseId}', 'Kedai Lama Satu', 'Bogor', 'Jl. 1', '+62251', 'Asia/Jakarta', 1);
  INSERT INTO menu_item (id, barcode, name, description, category, price, is_limited, preparation_seconds, version)
    SELECT id::uuid, id, 'Teh', 'Teh', 'MILK_TEA', 18000, false, 60, 1 FROM unnest(ARRAY['${itemId}', '${otherItemId}']) AS id;
  INSERT INTO outlet_price (menu_item_id, outlet_id, price, is_offered, version) VALUES ('${itemId}', '${outletId}', 20000, true, 1);
  INSERT INTO promotion (id, name, percent, starts_at, ends_at, version)
    SELECT id::uuid, 'Flash', 20, now(), now() + interval '1 day', 1 FROM unnest(ARRAY['${everywhereId}', '${here}']) AS id;
  INSERT INTO promotion_item (promotion_id, menu_item_id)
    VALUES ('${here}', '${otherItemId}'), ('${here}', '${itemId}'), ('${everywhereId}', '${itemId}');
  INSERT INTO promotion_outlet (promotion_id, outlet_id) VALUES ('${here}', '${outletId}');`;

test('an outlet’s price and promotion belong to its franchise', async () => {
  for (const table of ['outlet_price', 'promotion_outlet']) {
    const { rows } = await menu.client.query(`SELECT outlet_id, franchise_id FROM ${table}`);
    expect(rows).toEqual([{ outlet_id: outletId, franchise_id: franchiseId }]);
  }
});

test('a promotion names its items and outlets', async () => {
  const { rows } = await menu.client.query('SELECT id, menu_item_ids, outlet_ids FROM promotion ORDER BY id');
  expect(rows).toEqual([
    { id: everywhereId, menu_item_ids: [itemId], outlet_ids: [] },
    { id: here, menu_item_ids: [itemId, otherItemId], outlet_ids: [outletId] },
  ]);
});
