/** The sales of outlets' days, added up from what events of orders say of them (`sales`). */
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { DaySales, SalesChanged } from '../../../platform/events/event-types.js';
import type { Transaction } from './database.js';

interface AddedSales extends Omit<DaySales, 'items'> {
  readonly outletId: string;
  readonly franchiseId: string;
}

/** Of events that were not added before. One statement for however many; none where none says anything of sales. */
export async function addSales(tx: Transaction, events: readonly AnyEvent[]): Promise<void> {
  const added = events.flatMap(addedBy);
  if (added.length === 0) return;
  await tx.$executeRawUnsafe(
    `INSERT INTO sales_day_copy AS known (outlet_id, day, franchise_id, orders, units, discounts, revenue)
     SELECT "outletId", day, "franchiseId", sum(orders), sum(units), coalesce(sum(discounts), 0), sum(revenue)
     FROM jsonb_to_recordset($1::jsonb) AS added ("outletId" uuid, "franchiseId" uuid, day date, orders int, units int, discounts bigint,
       revenue bigint)
     GROUP BY 1, 2, 3 ORDER BY 1, 2
     ON CONFLICT (outlet_id, day) DO UPDATE SET orders = known.orders + excluded.orders, units = known.units + excluded.units,
       discounts = known.discounts + excluded.discounts, revenue = known.revenue + excluded.revenue`,
    JSON.stringify(added),
  );
}

function addedBy(event: AnyEvent): AddedSales[] {
  switch (event.type) {
    case 'order.paid':
    case 'order.cancelled':
    case 'order.refunded':
    case 'order.sale-changed':
    case 'sales.carried-forward':
      return salesIn(event.data);
    default:
      return [];
  }
}

function salesIn({
  outletId,
  franchiseId,
  sales = [],
}: SalesChanged & { readonly outletId: string; readonly franchiseId: string }): AddedSales[] {
  return sales.map(({ items: _, ...day }) => ({ ...day, outletId, franchiseId }));
}
