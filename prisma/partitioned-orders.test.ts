/**
 * Orders of before partitions, converted while units of the release before go on: nothing is lost, nothing fails, and what was unique
 * remains so.
 */

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountUrl } from '../platform/database/access-roles.js';
import { newCause } from '../platform/events/envelope.js';
import { newId } from '../platform/ids.js';
import { NO_CHARGES } from '../platform/order-charges.js';
import { insertOrder, type NewOrder } from '../subgraphs/order/store/insert-orders.js';
import { type UpgradedDatabase, upgradedDatabase } from '../tests/support/older-database.js';
import { placeAsBefore } from './orders-of-before.js';
import { wallFaults } from './walls.js';

const [franchiseId = '', outletId = '', customerId = '', redemptionId = ''] = Array.from({ length: 4 }, () =>
  newId(),
);
const REDEMPTIONS = 400;
const WRITERS = 4;

/** Two thousand orders of the last two years with a line and two statuses, one of an id of the year 2059, and one with a reward. */
const OLDER_ROWS = `
  INSERT INTO outlet_copy (id, franchise_id, name, time_zone, version)
    VALUES ('${outletId}', '${franchiseId}', 'Kedai Lama Satu', 'Asia/Jakarta', 1);
  INSERT INTO redemption_copy (id, customer_id, name, amount_off)
    SELECT id, '${customerId}', 'Teh gratis', 10000
    FROM (SELECT '${redemptionId}'::uuid AS id UNION ALL SELECT uuidv7() FROM generate_series(1, ${REDEMPTIONS})) AS ids;
  CREATE TEMP TABLE older AS
    SELECT n, uuidv7(CASE n WHEN 1 THEN interval '33 years' ELSE -n * interval '8 hours' END) AS id FROM generate_series(1, 2000) AS n;
  BEGIN;
  INSERT INTO orders (id, number, customer_id, outlet_id, franchise_id, status, status_at, version, total, reward_discount,
                      preparation_seconds, placed_at, payment_id, paid_at, sales_day)
    SELECT id, 'A' || n, '${customerId}', '${outletId}', '${franchiseId}', 'COMPLETED', now(), 2, CASE n WHEN 2 THEN 8000 ELSE 18000 END,
           CASE n WHEN 2 THEN 10000 ELSE 0 END, 60, now(), id, now(), '2026-11-01' FROM older;
  INSERT INTO order_line (order_id, customer_id, outlet_id, franchise_id, position, menu_item_id, name, quantity, unit_price, subtotal, options)
    SELECT id, '${customerId}', '${outletId}', '${franchiseId}', 0, id, 'Teh', 1, 18000, 18000, '[]' FROM older;
  INSERT INTO order_status_entry (order_id, customer_id, outlet_id, franchise_id, version, status, at)
    SELECT id, '${customerId}', '${outletId}', '${franchiseId}', version, status::order_status, now()
    FROM older, (VALUES (1, 'PLACED'), (2, 'COMPLETED')) AS entry (version, status);
  INSERT INTO order_reward (redemption_id, order_id, customer_id, outlet_id, franchise_id)
    SELECT '${redemptionId}', id, '${customerId}', '${outletId}', '${franchiseId}' FROM older WHERE n = 2;
  COMMIT;
  ANALYZE;
  CREATE TABLE rows_before AS
    SELECT 'orders' AS name, to_jsonb(orders) AS row FROM orders UNION ALL SELECT 'order_line', to_jsonb(order_line) FROM order_line
    UNION ALL SELECT 'order_status_entry', to_jsonb(order_status_entry) FROM order_status_entry
    UNION ALL SELECT 'order_reward', to_jsonb(order_reward) FROM order_reward;`;

/** As the release before changes a status. */
const CHANGE = `WITH changed AS (
    UPDATE orders SET status = next.status::order_status, version = next.version, status_at = now()
    FROM jsonb_to_recordset($1::jsonb) AS next (id uuid, status text, version int) WHERE orders.id = next.id
    RETURNING orders.id, customer_id, outlet_id, franchise_id
  )
  INSERT INTO order_status_entry (order_id, customer_id, outlet_id, franchise_id, version, status, at)
  SELECT id, customer_id, outlet_id, franchise_id, version, status::order_status, now()
  FROM jsonb_to_recordset($1::jsonb) AS entry ("id" uuid, version int, status text) JOIN changed USING (id)`;

let order: UpgradedDatabase;
/** Acknowledged by the database to the units of before. */
const acknowledged: string[] = [];
let pool: pg.Pool;

beforeAll(async () => {
  order = await upgradedDatabase('order', {
    before: '20261129170000_partitions',
    rows: OLDER_ROWS,
    during: async (url) => {
      const units = new pg.Pool({ connectionString: accountUrl(url, 'order', 'worker'), max: WRITERS });
      const { rows } = await units.query<{ id: string }>('SELECT id FROM redemption_copy WHERE id <> $1', [
        redemptionId,
      ]);
      const redemptions = rows.map(({ id }) => id);
      let isOver = false;
      const running = Array.from({ length: WRITERS }, async () => {
        while (!isOver) await placeAndCancel(units, redemptions.pop());
      });
      return {
        async end() {
          isOver = true;
          await Promise.all(running);
          await units.end();
        },
      };
    },
  });
  pool = new pg.Pool({ connectionString: order.url });
});
afterAll(async () => {
  await pool.end();
  await order.drop();
});

async function placeAndCancel(units: pg.Pool, spent: string | undefined): Promise<void> {
  const placed = anOrder(newId(), spent === undefined ? [] : [spent]);
  const { id } = placed.order;
  const client = await units.connect();
  try {
    await client.query('BEGIN');
    await placeAsBefore(client, placed);
    await client.query('COMMIT');
    acknowledged.push(id);
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM orders WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [
      [id],
    ]);
    await client.query(CHANGE, [JSON.stringify([{ id, status: 'CANCELLED', version: 2 }])]);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

function anOrder(id: string, redemptionIds: readonly string[], number = id): NewOrder {
  const now = new Date();
  const rewardDiscount = redemptionIds.length * 10_000;
  return {
    order: {
      ...{ id, number, customerId, outletId, franchiseId, total: 18_000 - rewardDiscount, rewardDiscount },
      ...{
        preparationSeconds: 60,
        status: 'PLACED',
        statusAt: now,
        statusReason: null,
        version: 1,
        placedAt: now,
        priority: 'NORMAL',
        drink: null,
        pickupAt: null,
        placedBy: null,
        isPartPaid: false,
        substitution: null,
        ...NO_CHARGES,
      },
    },
    lines: [
      {
        ...{ menuItemId: newId(), name: 'Teh', quantity: 1, options: [], note: null },
        ...{ unitPrice: 18_000, discount: 0, subtotal: 18_000, promotion: null },
      },
    ],
    requirements: [],
    takenUnits: [],
    counter: null,
    unpaidBounds: null,
    redemptionIds,
    request: { scope: `${customerId}:placeOrder`, key: id, inputHash: id },
    cause: newCause(),
  };
}

async function column(sql: string, values: unknown[] = []): Promise<unknown[]> {
  const { rows } = await pool.query<unknown[]>({ text: sql, rowMode: 'array', values });
  return rows.map(([value]) => value);
}

describe('orders of before partitions', () => {
  test('are all there, unchanged, in the partition of before or, from a wrong clock, in the default', async () => {
    for (const [table, key] of [
      ['orders', 'id'],
      ['order_line', 'order_id'],
      ['order_status_entry', 'order_id'],
      ['order_reward', 'order_id'],
    ]) {
      const lost = await column(
        `SELECT row FROM rows_before LEFT JOIN ${table} AS stored ON stored.${key}::text = row->>'${key}' AND to_jsonb(stored) @> row
         WHERE rows_before.name = $1 AND stored.${key} IS NULL`,
        [table],
      );
      expect(lost, table).toEqual([]);
    }
    const partitions = await column(
      `SELECT DISTINCT orders.tableoid::regclass::text FROM orders JOIN rows_before ON row->>'id' = orders.id::text
       WHERE name = 'orders' ORDER BY 1`,
    );
    expect(partitions).toEqual([
      expect.stringMatching(/^partitions\.orders_before_/),
      'partitions.orders_default',
    ]);
  });

  test('are joined by every order that units of the release before placed meanwhile, with all its changes', async () => {
    expect(acknowledged.length).toBeGreaterThan(WRITERS);
    const whole = await column(
      `SELECT orders.id::text FROM orders JOIN order_line AS line ON line.order_id = orders.id
       WHERE orders.id = ANY ($1::uuid[]) AND orders.version = 2 AND orders.status = 'CANCELLED'
         AND 2 = (SELECT count(*) FROM order_status_entry AS entry WHERE entry.order_id = orders.id)`,
      [acknowledged],
    );
    expect(whole.sort()).toEqual([...acknowledged].sort());
  });

  test('have guards of every number and every spent redemption', async () => {
    const missing = await column(
      `SELECT number FROM orders EXCEPT SELECT number FROM order_number
       UNION ALL (SELECT redemption_id::text FROM order_reward EXCEPT SELECT redemption_id::text FROM spent_redemption)`,
    );
    expect(missing).toEqual([]);
    expect(await column('SELECT count(*)::int FROM spent_redemption')).toEqual(
      await column('SELECT count(*)::int FROM order_reward'),
    );
    const client = await pool.connect();
    try {
      const [again, spentAgain] = [anOrder(newId(), [], 'A7'), anOrder(newId(), [redemptionId])];
      await expect(insertOrder(client, again)).rejects.toMatchObject({ constraint: 'order_number_pkey' });
      await expect(insertOrder(client, spentAgain)).rejects.toMatchObject({ refusal: 'redemption-spent' });
    } finally {
      client.release();
    }
  });

  test('are behind the wall as before', async () => {
    await pool.query('DROP TABLE rows_before');
    const client = await pool.connect();
    try {
      expect(await wallFaults(client, 'order')).toEqual([]);
    } finally {
      client.release();
    }
  });
});
