/** Where the roll-ups of sales differ from the changes that were recorded, and these from the orders: by one statement, so by one snapshot. */
import type { OwnOrderDatabase } from './database.js';

export interface SalesDifference {
  /** Which figures differ: of outlets' days, of items, of groups, or of what orders and lines come to. */
  readonly figures: 'day' | 'item' | 'group' | 'orders';
  readonly outletId: string;
  readonly day: string;
  /** Of an item or group; null for the whole day. */
  readonly key: string | null;
}

const SUMS = `sum(orders), sum(units), sum(gross), sum(refunds), sum(revenue)`;
const CHARGES = `sum(service_charge), sum(tax_added), sum(tax_included), sum(rounding), sum(tips)`;
const OF_CHANGES = `(count(DISTINCT order_id) FILTER (WHERE sold = 1) - count(DISTINCT order_id) FILTER (WHERE sold = -1)
  + coalesce(sum(sold) FILTER (WHERE order_id IS NULL), 0)) AS orders, sum(units) AS units, sum(gross) AS gross, sum(refunds) AS refunds,
  sum(gross - discounts - refunds) AS revenue, sum(service_charge) AS service_charge, sum(tax_added) AS tax_added,
  sum(tax_included) AS tax_included, sum(rounding) AS rounding, sum(tips) AS tips`;

/** Of each key the one side less the other: a row where anything is left. Items of sales without their orders have no count of them. */
const DIFFERENCES = `
  WITH change AS MATERIALIZED (
    SELECT * FROM sales_change_with_archive WHERE day >= current_date - $1::int
  ), days AS (
    SELECT outlet_id, day FROM (
      SELECT outlet_id, day, orders, units, gross, refunds, revenue, service_charge, tax_added, tax_included, rounding, tips
      FROM sales_day WHERE day >= current_date - $1::int
      UNION ALL
      SELECT outlet_id, day, -orders, -units, -gross, -refunds, -revenue, -service_charge, -tax_added, -tax_included, -rounding, -tips
      FROM (SELECT outlet_id, day, ${OF_CHANGES} FROM change GROUP BY outlet_id, day) AS recorded
    ) AS both_sides GROUP BY outlet_id, day HAVING (${SUMS}, ${CHARGES}) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  ), items AS (
    SELECT outlet_id, day, menu_item_id::text AS key FROM (
      SELECT outlet_id, day, menu_item_id, units, gross, refunds, revenue FROM sales_day_item WHERE day >= current_date - $1::int
      UNION ALL
      SELECT outlet_id, day, menu_item_id, -sum(units), -sum(gross), -sum(refunds), -sum(gross - discounts - refunds)
      FROM change WHERE menu_item_id IS NOT NULL GROUP BY outlet_id, day, menu_item_id
    ) AS both_sides GROUP BY outlet_id, day, menu_item_id
    HAVING (sum(units), sum(gross), sum(refunds), sum(revenue)) <> (0, 0, 0, 0)
  ), groups AS (
    SELECT outlet_id, day, "grouping" || ' ' || key AS key FROM (
      SELECT outlet_id, day, "grouping", part AS key, orders, units, gross, refunds, revenue, service_charge, tax_added, tax_included, rounding, tips
      FROM sales_day_group WHERE day >= current_date - $1::int
      UNION ALL
      SELECT outlet_id, day, grouping_, key, -orders, -units, -gross, -refunds, -revenue, -service_charge, -tax_added, -tax_included,
        -rounding, -tips
      FROM (
        SELECT outlet_id, day, counted.grouping_, counted.key, ${OF_CHANGES}
        FROM change, LATERAL sales_keys(hour, staff_id, method, promotion_id, option_ids) AS counted
        GROUP BY outlet_id, day, counted.grouping_, counted.key
      ) AS recorded
    ) AS both_sides GROUP BY outlet_id, day, "grouping", key HAVING (${SUMS}, ${CHARGES}) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  ), sold AS (
    SELECT sale.id, sale.outlet_id, sale.sales_day AS day, is_sale::int AS orders, CASE WHEN is_sale THEN lines.units ELSE 0 END AS units,
      lines.gross, CASE WHEN is_sale THEN total - least(refunded, total) ELSE 0 END AS money
    FROM orders_with_archive AS sale,
      LATERAL (SELECT sale.status IN ('PAID', 'PREPARING', 'READY', 'COMPLETED') AS is_sale) AS state,
      LATERAL (
        SELECT sum(quantity) AS units, sum(subtotal + discount) AS gross FROM order_line_with_archive WHERE order_id = sale.id
      ) AS lines
    WHERE sale.sales_day >= current_date - $1::int
  ), recorded AS (
    SELECT order_id, sum(sold) FILTER (WHERE position = first_position) AS orders, sum(units) AS units, sum(gross) AS gross,
      sum(refunds) AS refunds, sum(gross - discounts - refunds + service_charge + tax_added + rounding) AS money
    FROM (
      SELECT *, min(position) OVER (PARTITION BY order_id) AS first_position FROM sales_change_with_archive
      WHERE order_id IN (SELECT id FROM sold)
    ) AS line
    GROUP BY order_id
  ), raw AS (
    -- Whatever the days on which money went. Of what a release before recorded, orders or refunds are known by day alone.
    SELECT DISTINCT sold.outlet_id, sold.day FROM sold LEFT JOIN recorded ON recorded.order_id = sold.id
    WHERE CASE
      WHEN recorded.order_id IS NULL THEN NOT EXISTS (
        SELECT FROM change WHERE order_id IS NULL AND change.outlet_id = sold.outlet_id AND change.day = sold.day
      )
      ELSE (sold.orders, sold.units, sold.gross) <> (recorded.orders, recorded.units, recorded.gross)
        OR (sold.money <> recorded.money AND NOT (recorded.refunds = 0 AND EXISTS (
          SELECT FROM change WHERE order_id IS NULL AND refunds > 0 AND change.outlet_id = sold.outlet_id
        )))
    END
  )
  SELECT 'day' AS figures, outlet_id AS "outletId", day::text, NULL AS key FROM days
  UNION ALL SELECT 'item', outlet_id, day::text, key FROM items
  UNION ALL SELECT 'group', outlet_id, day::text, key FROM groups
  UNION ALL SELECT 'orders', outlet_id, day::text, NULL FROM raw`;

/** Of the last so many days. An order whose sale was recorded as a day's sum alone is no difference. */
export async function findSalesDifferences(
  { pool }: Pick<OwnOrderDatabase, 'pool'>,
  days: number,
): Promise<SalesDifference[]> {
  const { rows } = await pool.query<SalesDifference>(DIFFERENCES, [days]);
  return rows;
}
