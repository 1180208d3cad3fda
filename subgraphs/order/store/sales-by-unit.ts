/** What a unit of each item came to at each outlet, after discounts. */
import type { Scope } from '../../../platform/identity/identity.js';
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { OrderDatabase } from './database.js';

/** By `${outletId} ${menuItemId}`, over days that are both included; what sold nothing has none. */
export async function findUnitRevenue(
  { prisma }: OrderDatabase,
  scope: Scope,
  place: { readonly outletId: string | null; readonly franchiseId: string | null },
  from: CalendarDay,
  to: CalendarDay,
): Promise<Map<string, number>> {
  const covered = coveredSql(scope, { after: 4 });
  const rows = await prisma.$queryRawUnsafe<{ key: string; price: number }[]>(
    `SELECT outlet_id || ' ' || menu_item_id AS key, sum(revenue)::float8 / sum(units) AS price FROM sales_day_item
     WHERE day BETWEEN $1::date AND $2::date AND ($3::uuid IS NULL OR outlet_id = $3::uuid)
       AND ($4::uuid IS NULL OR franchise_id = $4::uuid) AND ${covered.condition}
     GROUP BY outlet_id, menu_item_id HAVING sum(units) > 0 AND sum(revenue) > 0`,
    ...[from, to, place.outletId, place.franchiseId, ...covered.values],
  );
  return new Map(rows.map(({ key, price }) => [key, price]));
}
