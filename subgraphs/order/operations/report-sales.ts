/** Reports the sales of some days within what the caller may see. */
import { ErrorCode, notFound, requestError } from '../../../platform/errors.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { type CalendarDay, daysBetween, parseCalendarDay } from '../../../platform/kit/calendar.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { Context } from '../context.js';
import type { SalesFigures } from '../domain/sales.js';
import { findSales, findSalesTotal, type SalesGrouping, type SalesRow } from '../store/sales.js';
import { findOutletWithin } from './outlets.js';

/** Three years, one of them a leap year. */
const MAXIMUM_DAYS = 3 * 365 + 1;

export interface SalesRequest {
  /** Null for everything that the caller may see. */
  readonly outletId: string | null;
  readonly franchiseId: string | null;
  /** Days in each outlet's own time zone, both included. */
  readonly from: string;
  readonly to: string;
  readonly by: SalesGrouping;
}

export interface ReportedRow extends SalesRow {
  readonly by: SalesGrouping;
}

export interface Sales extends SalesFigures {
  readonly from: CalendarDay;
  readonly to: CalendarDay;
  readonly rows: readonly ReportedRow[];
}

/** @throws NOT_FOUND for an outlet or franchise outside the caller's scope, BAD_USER_INPUT for days that make no report. */
export async function reportSales(context: Context, request: SalesRequest): Promise<Sales> {
  const { outletId, franchiseId, by } = request;
  const scope = scopeFor(context.identity, 'sales:read');
  await checkTenant(context, scope, outletId, franchiseId);
  const [from, to] = [dayOf('from', request.from), dayOf('to', request.to)];
  checkPeriod(from, to);

  const query = { from, to, outletId, franchiseId };
  const [rows, total] = await Promise.all([
    findSales(context.database, scope, query, by),
    findSalesTotal(context.database, scope, query),
  ]);
  return { from, to, ...total, rows: rows.map((row) => ({ ...row, by })) };
}

async function checkTenant(
  context: Context,
  scope: Scope,
  outletId: string | null,
  franchiseId: string | null,
): Promise<void> {
  const outlet = outletId === null ? null : await findOutletWithin(context, 'sales:read', outletId);
  if (franchiseId === null) return;
  if (outlet !== null && outlet.franchiseId !== franchiseId) throw notFound('Outlet');
  const exists = await findYoung(franchiseId, async () => context.menu.hasFranchise(franchiseId) || null);
  const isCovered = outlet !== null || covers(scope, { franchiseId });
  if (!exists || !isCovered) throw notFound('Franchise');
}

function dayOf(name: string, text: string): CalendarDay {
  const day = parseCalendarDay(text);
  // PostgreSQL's calendar begins with the year 1.
  if (day === undefined || day < '0001-01-01')
    throw requestError(ErrorCode.BAD_USER_INPUT, `${name} is not a day`);
  return day;
}

function checkPeriod(from: CalendarDay, to: CalendarDay): void {
  const days = daysBetween(from, to);
  if (days < 0) throw requestError(ErrorCode.BAD_USER_INPUT, 'from must not be after to');
  if (days > MAXIMUM_DAYS)
    throw requestError(ErrorCode.BAD_USER_INPUT, 'A report spans three years at the most');
}
