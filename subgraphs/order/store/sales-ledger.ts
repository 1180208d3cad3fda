/**
 * Keeps the sales figures in the transaction that makes an order a sale or takes it back, so that a report reads sums by day
 * and never the orders themselves.
 */
import { sharesOf } from '../domain/reward.js';
import { type SalesChange, type SoldOrder, salesChanges } from '../domain/sales.js';
import type { Transaction } from './database.js';

export interface CountedOrder extends Omit<SoldOrder, 'lines'> {
  readonly id: string;
  /** Each line's revenue is what its share of it leaves. */
  readonly rewardDiscount: number;
}

export async function countSales(
  tx: Transaction,
  sold: readonly CountedOrder[],
  takenBack: readonly CountedOrder[],
): Promise<void> {
  if (sold.length === 0 && takenBack.length === 0) return;
  const lines = await linesOf(
    tx,
    [...sold, ...takenBack].map(({ id }) => id),
  );
  const withLines = (order: CountedOrder): SoldOrder => {
    const sold = lines.get(order.id) ?? [];
    const shares = sharesOf(
      order.rewardDiscount,
      sold.map(({ subtotal }) => subtotal),
    );
    return {
      ...order,
      lines: sold.map((line, index) => ({ ...line, subtotal: line.subtotal - (shares[index] ?? 0) })),
    };
  };
  const changes = salesChanges(sold.map(withLines), takenBack.map(withLines));
  await addTo(
    tx,
    { table: 'sales_day', key: 'outlet_id, day', asked: '"outletId", day' },
    changes.filter(({ menuItemId }) => menuItemId === null),
  );
  await addTo(
    tx,
    { table: 'sales_day_item', key: 'outlet_id, day, menu_item_id', asked: '"outletId", day, "menuItemId"' },
    changes.filter(({ menuItemId }) => menuItemId !== null),
  );
}

type SoldLine = SoldOrder['lines'][number];

async function linesOf(tx: Transaction, ids: string[]): Promise<Map<string, SoldLine[]>> {
  const rows = await tx.orderLine.findMany({
    where: { orderId: { in: ids } },
    select: { orderId: true, menuItemId: true, quantity: true, subtotal: true },
    orderBy: [{ orderId: 'asc' }, { position: 'asc' }],
  });
  const lines = new Map<string, SoldLine[]>();
  for (const { orderId, menuItemId, quantity, subtotal } of rows) {
    const known = lines.get(orderId) ?? [];
    lines.set(orderId, known);
    known.push({ menuItemId, quantity, subtotal: Number(subtotal) });
  }
  return lines;
}

/** First makes the missing rows and locks them all in the order of their keys, then adds. */
async function addTo(
  tx: Transaction,
  { table, key, asked }: { table: string; key: string; asked: string },
  changes: readonly SalesChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const input = JSON.stringify(changes);
  const from = `jsonb_to_recordset($1::jsonb) AS change
    ("outletId" uuid, day date, "menuItemId" uuid, "franchiseId" uuid, orders int, units int, revenue bigint)`;
  await tx.$executeRawUnsafe(
    `INSERT INTO ${table} (${key}, franchise_id, orders, units, revenue)
     SELECT ${asked}, "franchiseId", 0, 0, 0 FROM ${from} ORDER BY ${asked}
     ON CONFLICT (${key}) DO UPDATE SET orders = ${table}.orders`,
    input,
  );
  await tx.$executeRawUnsafe(
    `UPDATE ${table} SET orders = ${table}.orders + change.orders, units = ${table}.units + change.units,
       revenue = ${table}.revenue + change.revenue
     FROM ${from} WHERE (${key.replaceAll(/\w+/g, `${table}.$&`)}) = (${asked.replaceAll(/"?\w+"?/g, 'change.$&')})`,
    input,
  );
}
