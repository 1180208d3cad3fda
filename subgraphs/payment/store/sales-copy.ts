/** What events of orders say of the sales of an outlet's days (`sales`): each event is added once, however often it is delivered. */
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { DaySales, SalesChanged } from '../../../platform/events/event-types.js';
import type { WithOwnPool } from './database.js';

/** In `inbox`, whose rows outlive every repetition. */
const CONSUMER = 'payment.sales';

interface AddedSales extends Omit<DaySales, 'items'> {
  readonly eventId: string;
  readonly outletId: string;
  readonly franchiseId: string;
}

/** One statement for however many events; none where none says anything of sales. */
export async function addSales({ pool }: WithOwnPool, events: readonly AnyEvent[]): Promise<void> {
  const added = events.flatMap(addedBy);
  if (added.length === 0) return;
  await pool.query({
    name: 'sales-copy-add',
    text: `
      WITH added AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset($1::jsonb) AS added ("eventId" uuid, "outletId" uuid, "franchiseId" uuid, day date, orders int,
          units int, discounts bigint, revenue bigint)
      ), fresh AS (
        INSERT INTO inbox (consumer, event_id) SELECT DISTINCT $2::text, "eventId" FROM added ORDER BY 2 ON CONFLICT DO NOTHING
        RETURNING event_id
      )
      INSERT INTO sales_day_copy AS known (outlet_id, day, franchise_id, orders, units, discounts, revenue)
      SELECT "outletId", day, "franchiseId", sum(orders), sum(units), coalesce(sum(discounts), 0), sum(revenue)
      FROM added JOIN fresh ON event_id = "eventId" GROUP BY 1, 2, 3 ORDER BY 1, 2
      ON CONFLICT (outlet_id, day) DO UPDATE SET orders = known.orders + excluded.orders, units = known.units + excluded.units,
        discounts = known.discounts + excluded.discounts, revenue = known.revenue + excluded.revenue`,
    values: [JSON.stringify(added), CONSUMER],
  });
}

function addedBy(event: AnyEvent): AddedSales[] {
  switch (event.type) {
    case 'order.paid':
    case 'order.cancelled':
    case 'order.refunded':
    case 'order.sale-changed':
    case 'sales.carried-forward':
      return salesIn(event.id, event.data);
    default:
      return [];
  }
}

function salesIn(
  eventId: string,
  {
    outletId,
    franchiseId,
    sales = [],
  }: SalesChanged & { readonly outletId: string; readonly franchiseId: string },
): AddedSales[] {
  return sales.map(({ items: _, ...day }) => ({ ...day, eventId, outletId, franchiseId }));
}
