/**
 * Counts what customers bought and what goes with what, from `sales_change` in the order of its ids. Counted are orders of members who agree to analytics, and in
 * baskets also those of guests without an account. A consent, its withdrawal and an erasure change the figures in their own transaction. Each of
 * these transactions locks the row of `customer_count` first, so no order is counted twice, and none of a member who has withdrawn.
 */
import { firstIdAt, timeOfId } from '../../../platform/ids.js';
import { reportedAsOf } from '../../../platform/kit/known-until.js';
import { inTransaction, type OwnOrderDatabase, type Transaction } from './database.js';

/** In place of both items where a row of `basket_day` counts all orders. */
export const NO_ITEM = '00000000-0000-0000-0000-000000000000';

/** Lines of sales that are counted in one transaction. */
const LINES_AT_ONCE = 10_000;

/** A line of a sale, with whose order it is. */
const COLUMNS = `change.order_id, change.recorded_at, change.sold, change.outlet_id, change.franchise_id, change.day, change.menu_item_id,
  change.gross - change.discounts - change.refunds AS revenue, customer_id`;

/** Of ids from `$1` on and below `$2`. Each order is looked up in its own partition. */
const LINES_BETWEEN = `
  SELECT ${COLUMNS} FROM sales_change_with_archive AS change CROSS JOIN LATERAL (
    SELECT customer_id FROM orders_with_archive AS orders
    WHERE orders.id = change.order_id AND (customer_id IS NULL OR EXISTS (
      SELECT FROM analytics_consent_copy AS consent WHERE consent.customer_id = orders.customer_id AND is_granted
    )) LIMIT 1
  ) AS ordered
  WHERE change.id >= $1::uuid AND change.id < $2::uuid`;

/** Of the customers `$1`, of ids below `$2`. */
const LINES_OF_CUSTOMERS = `
  SELECT ${COLUMNS} FROM orders_with_archive AS orders CROSS JOIN LATERAL (
    SELECT * FROM sales_change_with_archive AS change WHERE change.order_id = orders.id AND change.id < $2::uuid OFFSET 0
  ) AS change
  WHERE orders.customer_id = ANY ($1::uuid[]) AND orders.paid_at IS NOT NULL`;

/** @param sign 1 adds, -1 takes back. */
const countBaskets = (lines: string, sign: 1 | -1) => `
  line AS MATERIALIZED (${lines}),
  basket AS MATERIALIZED (
    SELECT order_id, recorded_at, sold, outlet_id, franchise_id, day, array_agg(DISTINCT menu_item_id) AS items FROM line
    WHERE sold <> 0 AND menu_item_id IS NOT NULL GROUP BY order_id, recorded_at, sold, outlet_id, franchise_id, day
  ),
  counted AS (
    INSERT INTO basket_day AS known (outlet_id, day, one_id, other_id, franchise_id, orders)
    SELECT outlet_id, day, one_id, other_id, franchise_id, ${sign} * sum(sold) FROM (
      SELECT outlet_id, day, one_id, other_id, franchise_id, sold FROM basket, unnest(items) AS one_id, unnest(items) AS other_id
      WHERE one_id <= other_id
      UNION ALL
      SELECT outlet_id, day, '${NO_ITEM}', '${NO_ITEM}', franchise_id, sold FROM basket
    ) AS pair
    GROUP BY outlet_id, day, one_id, other_id, franchise_id ORDER BY outlet_id, day, one_id, other_id
    ON CONFLICT (outlet_id, day, one_id, other_id) DO UPDATE SET orders = known.orders + excluded.orders
  )`;

/** An order counts for each moment at which it was sold, less those at which it was sold no more. */
const COUNT_CUSTOMERS = `
  INSERT INTO customer_day AS known (customer_id, outlet_id, day, franchise_id, orders, revenue)
  SELECT customer_id, outlet_id, day, franchise_id, count(DISTINCT (order_id, recorded_at)) FILTER (WHERE sold = 1)
    - count(DISTINCT (order_id, recorded_at)) FILTER (WHERE sold = -1), sum(revenue)
  FROM line WHERE customer_id IS NOT NULL
  GROUP BY customer_id, outlet_id, day, franchise_id ORDER BY customer_id, outlet_id, day
  ON CONFLICT (customer_id, outlet_id, day) DO UPDATE
    SET orders = known.orders + excluded.orders, revenue = known.revenue + excluded.revenue`;

/** Counts what was recorded since the last time. @returns whether there is more. */
export async function countCustomers(database: Pick<OwnOrderDatabase, 'pool'>): Promise<boolean> {
  const known = await reportedAsOf(database.pool, null);
  return inTransaction(database, async (client) => {
    const { rows: counts } = await client.query<{ until: Date | null }>(
      'SELECT counted_until AS until FROM customer_count FOR UPDATE',
    );
    const { rows: firsts } = await client.query<{ id: string }>(
      'SELECT id FROM sales_change_with_archive WHERE $1::uuid IS NULL OR id >= $1::uuid ORDER BY id LIMIT 1',
      [idAfter(counts[0]?.until ?? null)],
    );
    const [first, end] = [firsts[0], known.getTime() + 1];
    const start = first === undefined ? end : timeOfId(first.id);
    if (start >= end) {
      await client.query('UPDATE customer_count SET counted_until = greatest(counted_until, $1)', [known]);
      return false;
    }
    const { rows: nexts } = await client.query<{ id: string }>(
      `SELECT id FROM sales_change_with_archive WHERE id >= $1::uuid AND id < $2::uuid ORDER BY id OFFSET ${LINES_AT_ONCE} LIMIT 1`,
      [firstIdAt(start), firstIdAt(end)],
    );
    // What was recorded in one millisecond is counted together.
    const next = nexts[0] === undefined ? end : Math.max(timeOfId(nexts[0].id), start + 1);
    await client.query(`WITH ${countBaskets(LINES_BETWEEN, 1)} ${COUNT_CUSTOMERS}`, [
      firstIdAt(start),
      firstIdAt(next),
    ]);
    await client.query('UPDATE customer_count SET counted_until = $1', [new Date(next - 1)]);
    return next < end;
  });
}

/**
 * Until the transaction ends nobody else counts, and consents do not change.
 * @returns the lowest id of what is not counted.
 */
export async function lockCount(tx: Transaction): Promise<string> {
  const [count] = await tx.$queryRaw<{ until: Date | null }[]>`
    SELECT counted_until AS until FROM customer_count FOR UPDATE`;
  return idAfter(count?.until ?? null) ?? firstIdAt(0);
}

/** Counts what customers bought before they agreed to it. @param until of `lockCount`. */
export async function addCustomers(
  tx: Transaction,
  customerIds: readonly string[],
  until: string,
): Promise<void> {
  const counted = `WITH ${countBaskets(LINES_OF_CUSTOMERS, 1)} ${COUNT_CUSTOMERS}`;
  await tx.$executeRawUnsafe(counted, customerIds, until);
}

/** Takes customers out of every figure, and deletes the models that were fitted to them. @param until of `lockCount`. */
export async function removeCustomers(
  tx: Transaction,
  customerIds: readonly string[],
  until: string,
): Promise<void> {
  await tx.$executeRaw`UPDATE customer_count SET withdrawals = withdrawals + 1`;
  await tx.$executeRaw`
    DELETE FROM customer_model AS model WHERE franchise_id IS NULL OR EXISTS (
      SELECT FROM customer_day AS bought WHERE customer_id = ANY (${[...customerIds]}::uuid[])
        AND (bought.outlet_id = model.outlet_id OR model.outlet_id IS NULL AND bought.franchise_id = model.franchise_id)
    )`;
  const taken = countBaskets(LINES_OF_CUSTOMERS, -1);
  await tx.$executeRawUnsafe(
    `WITH ${taken} DELETE FROM customer_day WHERE customer_id = ANY ($1::uuid[])`,
    ...[customerIds, until],
  );
}

function idAfter(moment: Date | null): string | null {
  return moment === null ? null : firstIdAt(moment.getTime() + 1);
}
