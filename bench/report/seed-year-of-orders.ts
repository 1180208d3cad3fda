/**
 * An order database with a year of completed orders at every outlet of the demo chain, generated in the database, and the
 * sales figures that they add up to.
 */
import pg from 'pg';
import { OUTLETS } from '../orders/orders.js';

export const FIRST_DAY = '2025-01-01';
export const LAST_DAY = '2025-12-31';

const BATCH = 500_000;

/** What a report must answer, from the orders themselves. */
export interface Month {
  readonly key: string;
  readonly orders: number;
  readonly revenue: number;
}

const FILL = `
  INSERT INTO orders (id, number, customer_id, outlet_id, franchise_id, status, status_at, version, total,
    preparation_seconds, placed_at, payment_id, paid_at, sales_day)
  SELECT uuidv7(), n::text, uuidv7(), outlets.ids[place], outlets.franchises[place], 'COMPLETED', at, 5,
    18000 + 1000 * (n % 23), 180, at, uuidv7(), at, (at AT TIME ZONE 'Asia/Jakarta')::date
  FROM (SELECT $1::uuid[] AS ids, $2::uuid[] AS franchises) AS outlets,
    generate_series($3::bigint, $4::bigint) AS n,
    LATERAL (SELECT 1 + n % cardinality(outlets.ids) AS place,
      timestamptz '${FIRST_DAY} 03:00:00+00' + make_interval(days => (n * 7919 % 365)::int, secs => n % 36000) AS at)`;

/** @param report called with the progress. */
export async function fill(url: string, orders: number, report: (progress: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // What serves single orders is of no use to sums, and updating it takes most of the time.
    await client.query('DROP INDEX orders_outlet_id_id_idx, orders_customer_id_id_idx');
    await client.query('ALTER TABLE orders DISABLE TRIGGER order_numbers_taken');
    await client.query('SET synchronous_commit = off');
    for (let first = 1; first <= orders; first += BATCH) {
      const last = Math.min(first + BATCH - 1, orders);
      await client.query(FILL, [
        OUTLETS.map(({ id }) => id),
        OUTLETS.map(({ franchiseId }) => franchiseId),
        first,
        last,
      ]);
      report(`${last.toLocaleString('en')} orders written`);
    }
    await client.query(`
      INSERT INTO sales_day (outlet_id, franchise_id, day, orders, units, revenue)
      SELECT outlet_id, franchise_id, sales_day, count(*), count(*), sum(total) FROM orders GROUP BY 1, 2, 3`);
    await client.query('VACUUM ANALYZE orders');
    await client.query('VACUUM ANALYZE sales_day');
  } finally {
    await client.end();
  }
}

/** The months from the orders, one by one. */
export async function addUp(url: string): Promise<{ months: Month[]; milliseconds: number }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const start = performance.now();
    const { rows } = await client.query<Month>(`
      SELECT to_char(sales_day, 'YYYY-MM') AS key, count(*)::int AS orders, sum(total)::float8 AS revenue
      FROM orders GROUP BY 1 ORDER BY 1`);
    return { months: rows, milliseconds: performance.now() - start };
  } finally {
    await client.end();
  }
}
