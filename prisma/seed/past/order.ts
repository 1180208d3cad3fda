/**
 * The past in the order subgraph: orders that staff took at the counter and handed out, with their lines and history. Their sales are in the
 * figures and in the event log, as those of the time before orders' events said them (`sales.carried-forward`): the past has no other events.
 */
import type pg from 'pg';
import { newId } from '../../../platform/ids.js';
import { NUMBERS_A_BLOCK, orderNumber } from '../../../subgraphs/order/domain/order-number.js';
import type { PastOrder } from './orders.js';
import type { OutletSales } from './sales.js';

export const ORDER_TABLES = [
  'orders',
  'order_line',
  'order_status_entry',
  'order_reward',
  'sales_change',
] as const;

/** So many numbers, which no other order gets. */
export async function takeOrderNumbers(client: pg.Client, count: number): Promise<string[]> {
  const { rows } = await client.query<{ block: string }>(
    `SELECT nextval('order_number_block') AS block FROM generate_series(1, $1)`,
    [Math.ceil(count / NUMBERS_A_BLOCK)],
  );
  return rows
    .flatMap(({ block }) =>
      Array.from({ length: NUMBERS_A_BLOCK }, (_, place) => orderNumber(Number(block), place)),
    )
    .slice(0, count);
}

/** @param numbers of the orders, in their order. */
export async function loadOrders(
  client: pg.Client,
  orders: readonly PastOrder[],
  numbers: readonly string[],
  sales: readonly OutletSales[],
): Promise<void> {
  await client.query(
    `WITH past AS MATERIALIZED (
       SELECT *, to_timestamp("placedAt" / 1000.0) AS placed, to_timestamp("completedAt" / 1000.0) AS completed
       FROM jsonb_to_recordset($1) AS row (
         id uuid, "paymentId" uuid, number text, "outletId" uuid, "franchiseId" uuid, day date, "takenBy" uuid, method text, total bigint, taxes jsonb,
         seconds integer, "placedAt" float8, "awaitingAt" float8, "paidAt" float8, "preparingAt" float8, "readyAt" float8, "completedAt" float8,
         lines jsonb)
     ), written AS (
       INSERT INTO orders (id, number, outlet_id, franchise_id, status, status_at, version, total, taxes, preparation_seconds, placed_at,
         payment_id, paid_at, sales_day, placed_by, payment_method)
       SELECT id, number, "outletId", "franchiseId", 'COMPLETED', completed, 6, total, taxes, seconds, placed, "paymentId",
         to_timestamp("paidAt" / 1000.0), day, "takenBy", method
       FROM past
     ), lines AS (
       INSERT INTO order_line (order_id, position, outlet_id, franchise_id, menu_item_id, name, quantity, unit_price, subtotal, options)
       SELECT past.id, line.position, "outletId", "franchiseId", line.item, line.name, line.quantity, line.price, line.subtotal, line.options
       FROM past, jsonb_to_recordset(lines) AS line (position integer, item uuid, name text, quantity integer, price bigint, subtotal bigint,
         options jsonb)
     )
     INSERT INTO order_status_entry (order_id, version, outlet_id, franchise_id, status, at)
     SELECT past.id, step.version, "outletId", "franchiseId", step.status::order_status, to_timestamp(step.at / 1000.0)
     FROM past, LATERAL (VALUES (1, 'PLACED', "placedAt"), (2, 'AWAITING_PAYMENT', "awaitingAt"), (3, 'PAID', "paidAt"),
       (4, 'PREPARING', "preparingAt"), (5, 'READY', "readyAt"), (6, 'COMPLETED', "completedAt")) AS step (version, status, at)`,
    [JSON.stringify(orders.map((order, index) => rowOf(order, numbers[index] ?? '')))],
  );
  await client.query(
    `WITH day AS MATERIALIZED (
       SELECT "outletId" AS outlet_id, "franchiseId" AS franchise_id, row.id, sales, figures.*
       FROM jsonb_to_recordset($1) AS row (id uuid, "outletId" uuid, "franchiseId" uuid, sales jsonb),
         jsonb_to_record(sales) AS figures (day date, orders integer, units integer, revenue bigint, "taxIncluded" bigint)
     ), logged AS (
       INSERT INTO event_log (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
       SELECT id, 'sales.carried-forward', 1, 'order', now(), id::text, 1,
         jsonb_build_object('outletId', outlet_id, 'franchiseId', franchise_id, 'sales', jsonb_build_array(sales)),
         jsonb_build_object('correlationId', id)
       FROM day
     ), days AS (
       INSERT INTO sales_day (outlet_id, day, franchise_id, orders, units, revenue, gross, tax_included)
       SELECT outlet_id, day, franchise_id, orders, units, revenue, revenue, coalesce("taxIncluded", 0) FROM day
     )
     INSERT INTO sales_day_item (outlet_id, day, menu_item_id, franchise_id, orders, units, revenue, gross)
     SELECT outlet_id, day, item."menuItemId", franchise_id, item.orders, item.units, item.revenue, item.revenue
     FROM day, jsonb_to_recordset(sales -> 'items') AS item ("menuItemId" uuid, orders integer, units integer, revenue bigint)`,
    [JSON.stringify(sales.map((one) => ({ id: newId(), ...one })))],
  );
  await client.query(RECORD_SALES);
  await client.query(GROUP_SALES);
}

/** Each line as it was sold: known since it was paid. */
const RECORD_SALES = `
  INSERT INTO sales_change (id, recorded_at, order_id, position, outlet_id, franchise_id, day, hour, menu_item_id, staff_id, method, option_ids,
    sold, units, gross, tax_included)
  SELECT sales_change_id(paid_at), paid_at, order_id, position, line.outlet_id, line.franchise_id, sales_day,
    extract(hour FROM paid_at AT TIME ZONE time_zone), menu_item_id, placed_by, payment_method,
    ARRAY(SELECT (option ->> 'id')::uuid FROM jsonb_array_elements(options) AS option), 1, quantity, subtotal,
    CASE WHEN position = 0 THEN coalesce((SELECT sum((tax ->> 'amount')::bigint) FROM jsonb_array_elements(taxes) AS tax), 0) ELSE 0 END
  FROM orders JOIN order_line AS line ON line.order_id = orders.id JOIN outlet_copy AS outlet ON outlet.id = orders.outlet_id`;

const GROUP_SALES = `
  INSERT INTO sales_day_group (outlet_id, day, "grouping", part, franchise_id, orders, units, gross, refunds, revenue, service_charge, tax_added,
    tax_included, rounding, tips)
  SELECT outlet_id, day, counted.grouping_, counted.key, franchise_id, count(DISTINCT order_id), sum(units), sum(gross), 0, sum(gross), 0, 0,
    sum(tax_included), 0, 0
  FROM sales_change, LATERAL sales_keys(hour, staff_id, method, promotion_id, option_ids) AS counted
  GROUP BY outlet_id, franchise_id, day, counted.grouping_, counted.key`;

function rowOf(order: PastOrder, number: string) {
  const { outlet, charges, lines, provider: _provider, ...own } = order;
  return {
    ...own,
    ...{ number, outletId: outlet.id, franchiseId: outlet.franchiseId, taxes: charges.taxes },
    seconds: Math.max(...lines.map(({ item }) => item.preparationSeconds)),
    lines: lines.map(({ item, quantity, unitPrice, subtotal, options }, position) => ({
      ...{ position, item: item.id, name: item.name, quantity, price: unitPrice, subtotal },
      options: options.map(({ id, name, priceDelta }) => ({ id, name, priceDelta })),
    })),
  };
}
