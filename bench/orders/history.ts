/** Two years of completed orders with lines and statuses, generated in the order database, in partitions by month. */
import pg from 'pg';
import { OUTLETS } from './orders.js';

export interface History {
  /** Some customers, each with some fifty orders of any age. */
  readonly guests: readonly string[];
  /** Some orders of any age. */
  readonly orders: readonly { readonly id: string; readonly customerId: string }[];
  /** The last year, as days. */
  readonly from: string;
  readonly to: string;
}

const MONTHS = 24;
const BATCH = 200_000;
const ORDERS_A_GUEST = 50;
const SAMPLE = 5_000;
/** Of each outlet, in the kitchen. */
const QUEUED = 5;

/** The empty partition for what is older gives way to partitions by month. */
const MONTHLY = `
  DO $$
  DECLARE
    held record;
  BEGIN
    FOR held IN SELECT name, partition FROM partitions.partitioned_table, partitions.partitions_of(name)
      WHERE family = 'orders' AND from_id IS NULL ORDER BY position DESC
    LOOP
      EXECUTE format('ALTER TABLE %I DETACH PARTITION partitions.%I', held.name, held.partition);
      EXECUTE format('DROP TABLE partitions.%I', held.partition);
    END LOOP;
  END $$;
  UPDATE partitions.partitioned_table SET first_at = period_start('month', -${MONTHS}) WHERE family = 'orders';
  SELECT make_partitions();`;

/** Order n of $3: older ones first, so that ids ascend. */
const FILL = `
  WITH made AS (
    INSERT INTO orders (id, number, customer_id, outlet_id, franchise_id, status, status_at, version, total, preparation_seconds,
      placed_at, payment_id, paid_at, sales_day)
    SELECT uuidv7(at - now()), n::text, overlay(overlay(md5((n * 7919 % ($3::bigint / ${ORDERS_A_GUEST} + 1))::text) PLACING '7' FROM 13) PLACING '8' FROM 17)::uuid,
      outlets.ids[place], outlets.franchises[place], 'COMPLETED', at, 5, 18000 + 1000 * (n % 23), 180, at, uuidv7(at - now()), at,
      (at AT TIME ZONE 'Asia/Jakarta')::date
    FROM (SELECT $1::uuid[] AS ids, $2::uuid[] AS franchises) AS outlets,
      generate_series($4::bigint, $5::bigint) AS n,
      LATERAL (SELECT 1 + n % cardinality(outlets.ids) AS place,
        period_start('month', -${MONTHS}) + (now() - interval '1 hour' - period_start('month', -${MONTHS})) * (n::float8 / $3) AS at)
    RETURNING id, number, customer_id, outlet_id, franchise_id, total, placed_at
  ), lines AS (
    INSERT INTO order_line (order_id, position, customer_id, outlet_id, franchise_id, menu_item_id, name, quantity, unit_price,
      subtotal, options)
    SELECT id, 0, customer_id, outlet_id, franchise_id, outlet_id, 'Milk tea', 1, total, total, '[]' FROM made
  ), statuses AS (
    INSERT INTO order_status_entry (order_id, version, customer_id, outlet_id, franchise_id, status, at)
    SELECT id, version, customer_id, outlet_id, franchise_id, status::order_status, placed_at
    FROM made, (VALUES (1, 'PLACED'), (2, 'AWAITING_PAYMENT'), (3, 'PAID'), (5, 'COMPLETED')) AS taken (version, status)
  )
  INSERT INTO order_number (number, order_id) SELECT number, id FROM made`;

const IN_THE_KITCHEN = `
  UPDATE orders SET status = 'PAID' FROM (
    SELECT id, row_number() OVER (PARTITION BY outlet_id ORDER BY id DESC) AS newest FROM orders WHERE id > first_id_at(now() - interval '2 days')
  ) AS recent WHERE recent.id = orders.id AND newest <= ${QUEUED}`;

/** @param report called with the progress. */
export async function seedHistory(
  url: string,
  orders: number,
  report: (progress: string) => void,
): Promise<History> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(MONTHLY);
    // The rows are right by construction: no trigger and no foreign key looks at each.
    await client.query(`SET session_replication_role = replica; SET synchronous_commit = off`);
    for (let first = 1; first <= orders; first += BATCH) {
      const last = Math.min(first + BATCH - 1, orders);
      await client.query(FILL, [
        OUTLETS.map(({ id }) => id),
        OUTLETS.map(({ franchiseId }) => franchiseId),
        orders,
        first,
        last,
      ]);
      report(`${last.toLocaleString('en')} of ${orders.toLocaleString('en')} orders written`);
    }
    await client.query(IN_THE_KITCHEN);
    await client.query(`
      INSERT INTO sales_day (outlet_id, franchise_id, day, orders, units, revenue)
      SELECT outlet_id, franchise_id, sales_day, count(*), count(*), sum(total) FROM orders GROUP BY 1, 2, 3`);
    report('vacuuming');
    await client.query('VACUUM ANALYZE');
    const { rows } = await client.query<{ id: string; customerId: string }>(
      `SELECT id, customer_id AS "customerId" FROM orders TABLESAMPLE SYSTEM (${Math.min(100, (SAMPLE * 400) / orders)}) LIMIT ${SAMPLE}`,
    );
    const year = await client.query<{ from: string; to: string }>(
      `SELECT (now() - interval '1 year')::date::text AS "from", now()::date::text AS "to"`,
    );
    const [days] = year.rows;
    if (days === undefined) throw new Error('PostgreSQL knows what day it is.');
    return { guests: rows.map(({ customerId }) => customerId), orders: rows, ...days };
  } finally {
    await client.end();
  }
}
