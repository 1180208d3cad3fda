/**
 * The demo's past: 28 days of orders, payments, stock, purchases, waste and a theft, up to yesterday as each outlet counts days. Loaded once,
 * as rows, into databases that the demo chain alone is in; all of it or nothing, but for a crash between the three commits.
 */
import pg from 'pg';
import type { SubgraphName } from '../../../subgraphs/names.js';
import { CATALOGUE } from '../catalogue.js';
import { loadStock, STOCK_TABLES } from './load-stock.js';
import { openingCounts } from './opening-counts.js';
import { loadOrders, ORDER_TABLES, takeOrderNumbers } from './order.js';
import { pastOrders } from './orders.js';
import { loadPayments, PAYMENT_TABLES } from './payment.js';
import { pastPurchases } from './purchases.js';
import { pastSales } from './sales.js';
import { pastUse } from './stock.js';

/** Whether anything has happened since the demo chain was seeded, or the database has another chain than the demo. */
const HAS_HISTORY = {
  order: 'SELECT EXISTS (SELECT FROM orders) OR EXISTS (SELECT FROM sales_day) AS known',
  payment: 'SELECT EXISTS (SELECT FROM payment) OR EXISTS (SELECT FROM order_copy) AS known',
  stock: `SELECT EXISTS (SELECT FROM order_promise) OR EXISTS (SELECT FROM delivery) OR EXISTS (SELECT FROM purchase_order)
    OR NOT EXISTS (SELECT FROM stock_item WHERE id = '${CATALOGUE.stockItems[0]?.id}')
    OR EXISTS (SELECT FROM stock_movement WHERE kind NOT IN ('OPENING', 'READING')) AS known`,
} as const;

/**
 * @param urlOf the URLs of databases that the demo chain has been seeded into. @param now of whose yesterday the past ends.
 * @returns whether it was loaded now.
 */
export async function seedPast(urlOf: (name: SubgraphName) => string, now = new Date()): Promise<boolean> {
  const clients = {
    order: new pg.Client({ connectionString: urlOf('order') }),
    payment: new pg.Client({ connectionString: urlOf('payment') }),
    stock: new pg.Client({ connectionString: urlOf('stock') }),
  };
  const each = [clients.order, clients.payment, clients.stock];
  try {
    await Promise.all(each.map((client) => client.connect()));
    const databases = [
      { client: clients.order, hasHistory: HAS_HISTORY.order, tables: ORDER_TABLES },
      { client: clients.payment, hasHistory: HAS_HISTORY.payment, tables: PAYMENT_TABLES },
      { client: clients.stock, hasHistory: HAS_HISTORY.stock, tables: STOCK_TABLES },
    ];
    for (const { client, hasHistory } of databases) if (await answersYes(client, hasHistory)) return false;
    const orders = pastOrders(now);
    const [first] = orders;
    if (first === undefined) return false;
    // Before the transactions that load: a new partition locks its table until the end of one, and units are starting.
    const firstMonth = new Date(first.placedAt);
    await Promise.all(databases.map(({ client, tables }) => makePartitions(client, tables, firstMonth)));
    // One after the other: of processes that start together one loads it.
    for (const { client, hasHistory } of databases) {
      await client.query('BEGIN');
      await client.query(`SELECT pg_advisory_xact_lock(hashtext('seed'))`);
      if (await answersYes(client, hasHistory)) return false;
    }
    const numbers = await takeOrderNumbers(clients.order, orders.length);
    const sales = pastSales(orders);
    const uses = pastUse(orders, now);
    const purchases = pastPurchases(uses, now);
    await Promise.all([
      loadOrders(clients.order, orders, numbers, sales),
      loadPayments(clients.payment, orders, numbers, sales),
      loadStock(clients.stock, uses, purchases, openingCounts(uses, purchases)),
    ]);
    for (const client of each) await client.query('COMMIT');
    return true;
  } finally {
    await Promise.all(each.map((client) => client.end()));
  }
}

/** Of the months from `first` on, which a new database has none of: one process makes partitions of a database at a time. */
async function makePartitions(client: pg.Client, tables: readonly string[], first: Date): Promise<void> {
  for (const month = firstOfMonth(first); month < new Date(); month.setUTCMonth(month.getUTCMonth() + 1))
    for (const table of tables) {
      await client.query('BEGIN');
      await client.query(`SELECT pg_advisory_xact_lock(hashtext('partitions'))`);
      const { rows } = await client.query<{ known: boolean }>(
        'SELECT partitions.has_partition($1, first_id_at($2)) AS known',
        [table, month],
      );
      if (rows[0]?.known !== true)
        await client.query('CALL partitions.make_partition($1, $2)', [table, month]);
      await client.query('COMMIT');
    }
}

function firstOfMonth(moment: Date): Date {
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth()));
}

async function answersYes(client: pg.Client, query: string): Promise<boolean> {
  const { rows } = await client.query<{ known: boolean }>(query);
  return rows[0]?.known !== false;
}
