/** Today's sales of outlets with their live versions, read by one statement, for the caller's subscriptions. */
import type { Scope } from '../../../platform/identity/identity.js';
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { type LiveThing, liveColumns } from '../../../platform/kit/follow-changes.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { OrderDatabase, OwnOrderDatabase } from './database.js';

export interface OutletDay {
  readonly outletId: string;
  readonly franchiseId: string;
  readonly day: CalendarDay;
}

/** Its id is the outlet's. */
export interface LiveSales extends LiveThing {
  readonly day: CalendarDay;
  readonly orders: number;
  readonly revenue: number;
}

/** What row-level security says of a tenant's rows, for outlets that have no row yet. */
const OWN = `(current_user <> 'kedai_order_tenant' OR outlet.outlet_id = ANY (caller_outlet_ids()) OR outlet.franchise_id = ANY (caller_franchise_ids()))`;

/** In the order of the outlets; those outside the scope are left out. */
export async function findLiveSales(
  { pool }: OrderDatabase,
  scope: Scope,
  outlets: readonly OutletDay[],
): Promise<LiveSales[]> {
  const { condition, values } = coveredSql(scope, { after: 3, table: 'outlet' });
  const { rows } = await pool.query<Omit<LiveSales, 'day'>>({
    text: `
      SELECT outlet.outlet_id AS id, coalesce(sold.orders, 0) AS orders, coalesce(sold.revenue, 0)::float8 AS revenue,
             ${liveColumns('sales', 'outlet.outlet_id', 'now()')}
      FROM unnest($1::uuid[], $2::uuid[], $3::date[]) WITH ORDINALITY AS outlet (outlet_id, franchise_id, day, place)
      LEFT JOIN sales_day AS sold USING (outlet_id, day)
      WHERE ${condition} AND ${OWN} ORDER BY place`,
    values: [
      outlets.map(({ outletId }) => outletId),
      outlets.map(({ franchiseId }) => franchiseId),
      outlets.map(({ day }) => day),
      ...values,
    ],
  });
  const days = new Map(outlets.map(({ outletId, day }) => [outletId, day]));
  return rows.flatMap((row) => {
    const day = days.get(row.id);
    return day === undefined ? [] : [{ ...row, day }];
  });
}

/**
 * Notes outlets whose day has begun since their sales changed last, as a change of them: of the outlet's calendar, once for each day.
 * @param now whose day it is.
 */
export async function noteBegunDays(
  { pool }: Pick<OwnOrderDatabase, 'pool'>,
  now = new Date(),
): Promise<void> {
  await pool.query({ name: 'note-begun-days', text: 'SELECT note_begun_days($1)', values: [now] });
}

/** Of all these outlets together. */
export interface SalesTotal {
  readonly outlets: number;
  readonly orders: number;
  readonly revenue: number;
}

export function totalOf(sales: readonly LiveSales[]): SalesTotal {
  return sales.reduce<SalesTotal>(
    (sum, { orders, revenue }) => ({
      outlets: sum.outlets + 1,
      orders: sum.orders + orders,
      revenue: sum.revenue + revenue,
    }),
    { outlets: 0, orders: 0, revenue: 0 },
  );
}
