/** An order database with completed orders of the last weeks, their events in the log, and the sales figures that they add up to. */
import pg from 'pg';
import { OUTLETS } from '../orders/orders.js';

/** From placed to completed. */
export const EVENTS_OF_AN_ORDER = 6;

const BATCH = 20_000;

const FILL = `
  WITH placed AS MATERIALIZED (
    SELECT uuidv7(make_interval(secs => (n - $4::bigint) * 10)) AS id, n, uuidv7() AS customer_id, outlets.ids[place] AS outlet_id,
      outlets.franchises[place] AS franchise_id, 18000 + 1000 * (n % 23) AS total,
      now() + make_interval(secs => (n - $4::bigint) * 10) AS at, uuidv7() AS payment_id
    FROM (SELECT $1::uuid[] AS ids, $2::uuid[] AS franchises) AS outlets, generate_series($3::bigint, $5::bigint) AS n,
      LATERAL (SELECT 1 + n % cardinality(outlets.ids) AS place)
  ), stored AS (
    INSERT INTO orders (id, number, customer_id, outlet_id, franchise_id, status, status_at, version, total, preparation_seconds,
                        placed_at, payment_id, paid_at, sales_day)
    SELECT id, n::text, customer_id, outlet_id, franchise_id, 'COMPLETED', at, ${EVENTS_OF_AN_ORDER}, total, 180, at, payment_id, at,
      (at AT TIME ZONE 'Asia/Jakarta')::date FROM placed
  )
  INSERT INTO event_log (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
  SELECT uuidv7(make_interval(secs => (n - $4::bigint) * 10) + make_interval(secs => step)), type, 1, 'order', at, id::text, step,
    jsonb_build_object('orderId', id, 'number', n::text, 'customerId', customer_id, 'outletId', outlet_id, 'franchiseId', franchise_id,
                       'total', total) || more,
    jsonb_build_object('correlationId', md5(n::text), 'traceparent', '00-' || md5(n::text) || '-' || left(md5(type), 16) || '-01')
  FROM placed, LATERAL (VALUES
    (1, 'order.placed', jsonb_build_object('placedAt', at, 'requirements', '[]'::jsonb, 'lines', jsonb_build_array(
       jsonb_build_object('menuItemId', outlet_id, 'name', 'Teh Tarik', 'quantity', 1, 'subtotal', total)))),
    (2, 'order.awaiting-payment', '{}'),
    (3, 'order.paid', jsonb_build_object('paymentId', payment_id, 'sales', jsonb_build_array(jsonb_build_object(
       'day', (at AT TIME ZONE 'Asia/Jakarta')::date, 'orders', 1, 'units', 1, 'revenue', total,
       'items', jsonb_build_array(jsonb_build_object('menuItemId', outlet_id, 'orders', 1, 'units', 1, 'revenue', total)))))),
    (4, 'order.preparing', '{}'),
    (5, 'order.ready', '{}'),
    (6, 'order.completed', '{}')) AS event (step, type, more)`;

/** @param report called with the progress. */
export async function fill(url: string, orders: number, report: (progress: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SET synchronous_commit = off');
    for (let first = 1; first <= orders; first += BATCH) {
      const last = Math.min(first + BATCH - 1, orders);
      await client.query(FILL, [
        OUTLETS.map(({ id }) => id),
        OUTLETS.map(({ franchiseId }) => franchiseId),
        first,
        orders,
        last,
      ]);
      report(`${(last * EVENTS_OF_AN_ORDER).toLocaleString('en')} events written`);
    }
    for (const [table, item, alsoItem] of [
      ['sales_day', '', ''],
      ['sales_day_item', ', menu_item_id', ', outlet_id'],
    ]) {
      await client.query(`
        INSERT INTO ${table} (outlet_id, franchise_id, day${item}, orders, units, revenue)
        SELECT outlet_id, franchise_id, sales_day${alsoItem}, count(*), count(*), sum(total) FROM orders GROUP BY 1, 2, 3`);
    }
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}
