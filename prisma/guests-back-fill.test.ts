/** Guests from before the customer subgraph recorded them: the migration takes them from the notifications of their orders. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../platform/ids.js';
import { type UpgradedDatabase, upgradedDatabase } from '../tests/support/older-database.js';

let customer: UpgradedDatabase;

const [franchiseId, outletId, guestId, staffId, visitorId] = Array.from({ length: 5 }, () => newId());

beforeAll(async () => {
  customer = await upgradedDatabase('customer', { before: '20261129160000_outlet_guests', rows: OLDER_ROWS });
});
afterAll(() => customer.drop());

const OLDER_ROWS = `
  INSERT INTO outlet (id, franchise_id, name, version) VALUES ('${outletId}', '${franchiseId}', 'Kedai Lama', 1);
  INSERT INTO customer (id, email, name, password_hash)
    SELECT id::uuid, id, 'Lama', 'x' FROM unnest(ARRAY['${guestId}', '${staffId}', '${visitorId}']) AS id;
  INSERT INTO notification (id, customer_id, kind, title, body, order_id, outlet_id)
    SELECT gen_random_uuid(), customer_id::uuid, kind, title, '', '${newId()}', '${outletId}'
    FROM (VALUES ('${guestId}', 'ORDER_STATUS', 'Paid'), ('${guestId}', 'ORDER_STATUS', 'Ready'),
                 ('${staffId}', 'ORDER_AT_RISK', 'At risk'), ('${staffId}', 'PAYMENT', 'Disputed')) AS notice (customer_id, kind, title);`;

test('who was notified of an order is a guest of its outlet, and its staff are not', async () => {
  const { rows } = await customer.client.query(
    'SELECT customer_id, outlet_id, franchise_id FROM outlet_guest',
  );
  expect(rows).toEqual([{ customer_id: guestId, outlet_id: outletId, franchise_id: franchiseId }]);
});
