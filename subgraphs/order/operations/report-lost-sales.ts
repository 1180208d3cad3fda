/** Reports what was not sold while items were sold out, within what the caller may see. */
import { ErrorCode, requestError } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import {
  addDays,
  type CalendarDay,
  daysBetween,
  type Period,
  reportPeriod,
} from '../../../platform/kit/calendar.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import type { Context } from '../context.js';
import { BASIS_WEEKS, type DemandOfDay, lostOn } from '../domain/forecast/lost-sales.js';
import { findDemandWithin, type ScopedDemand } from '../store/demand.js';
import { findUnitRevenue } from '../store/sales-by-unit.js';
import { knownPlaces } from './outlets.js';

const MOST_DAYS = 92;

export interface LostSalesRequest extends RequestedPlace {
  readonly from: string;
  readonly to: string;
}

export interface LostSalesRow {
  readonly outletId: string;
  readonly menuItemId: string;
  readonly soldOutMinutes: number;
  readonly units: number;
  readonly amount: number;
}

export interface LostSales extends Period {
  readonly basisWeeks: number;
  readonly units: number;
  readonly amount: number;
  readonly rows: readonly LostSalesRow[];
}

/** @throws NOT_FOUND for a place outside the caller's scope, BAD_USER_INPUT for days that make no report and for more than 92. */
export async function reportLostSales(context: Context, request: LostSalesRequest): Promise<LostSales> {
  const { outletId, franchiseId } = request;
  const scope = scopeFor(context.identity, 'sales:read');
  await requirePlace(scope, request, knownPlaces(context));
  const { from, to } = reportPeriod(request);
  if (daysBetween(from, to) >= MOST_DAYS) {
    throw requestError(ErrorCode.BAD_USER_INPUT, `Lost sales are of ${MOST_DAYS} days at the most`);
  }
  const place = { outletId, franchiseId };
  const basis = addDays(from, -7 * BASIS_WEEKS);
  const [demand, unitRevenue] = await Promise.all([
    findDemandWithin(context.database, scope, place, basis, to),
    findUnitRevenue(context.database, scope, place, basis, to),
  ]);
  const rows = lostRows(demand, from, to).map((row) => {
    const price =
      unitRevenue.get(`${row.outletId} ${row.menuItemId}`) ??
      menuPrice(context, row.outletId, row.menuItemId);
    return { ...row, amount: Math.round(row.units * price) };
  });
  return {
    ...{ from, to, basisWeeks: BASIS_WEEKS },
    units: rows.reduce((sum, row) => sum + row.units, 0),
    amount: rows.reduce((sum, { amount }) => sum + amount, 0),
    rows: rows.toSorted((one, other) => other.amount - one.amount),
  };
}

const NO_DEMAND: DemandOfDay = { units: [], soldOutMinutes: [] };

function lostRows(
  demand: readonly ScopedDemand[],
  from: CalendarDay,
  to: CalendarDay,
): Omit<LostSalesRow, 'amount'>[] {
  const [items, openDays] = [new Map<string, ScopedDemand[]>(), new Set<string>()];
  for (const row of demand) {
    const key = `${row.outletId} ${row.menuItemId}`;
    items.set(key, [...(items.get(key) ?? []), row]);
    if (row.units.some((units) => units > 0)) openDays.add(`${row.outletId} ${row.day}`);
  }
  return [...items.values()].flatMap((rows) => {
    const [{ outletId, menuItemId } = { outletId: '', menuItemId: '' }] = rows;
    const days = new Map(rows.map((row) => [row.day, row]));
    let [units, soldOutMinutes] = [0, 0];
    for (let day = from; day <= to; day = addDays(day, 1)) {
      if (!days.get(day)?.soldOutMinutes.some((minutes) => minutes > 0)) continue;
      const today = day;
      const lost = lostOn((daysBefore) => {
        const other = addDays(today, -daysBefore);
        return days.get(other) ?? (openDays.has(`${outletId} ${other}`) ? NO_DEMAND : null);
      });
      units += lost.units;
      soldOutMinutes += lost.soldOutMinutes;
    }
    return units === 0 ? [] : [{ outletId, menuItemId, units, soldOutMinutes }];
  });
}

/** Of an item that sold nothing in all these weeks at its price of now. */
function menuPrice({ menu }: Context, outletId: string, menuItemId: string): number {
  const outlet = menu.outlet(outletId);
  if (outlet === undefined) return 0;
  const of = menu.menuAt(outlet, new Date());
  return of.outletPrice(menuItemId)?.price ?? of.item(menuItemId)?.price ?? 0;
}
