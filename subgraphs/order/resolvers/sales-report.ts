/** `salesReport`: what was sold in some days, within what the caller may see. */
import { ErrorCode, notFound, requestError } from '../../../platform/errors.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { rupiah } from '../../../platform/money.js';
import type { QueryResolvers, SalesReportRowResolvers } from '../../../schema/types/order.js';
import type { Context } from '../context.js';
import { daysBetween } from '../domain/calendar.js';
import { findSales, findSalesTotal } from '../store/sales-report.js';
import { outletWithin } from './outlet.js';

/** Three years, a leap day among them. */
const MAXIMUM_DAYS = 3 * 365 + 1;

export const salesReport: Required<QueryResolvers>['salesReport'] = async (
  _root,
  { scope: asked, from, to, by },
  context,
) => {
  const scope = scopeFor(context.identity, 'sales:read');
  const outletId = asked?.outletId ?? null;
  const franchiseId = asked?.franchiseId ?? null;
  checkPlace(context, scope, outletId, franchiseId);
  checkDays(from, to);

  const question = { from, to, outletId, franchiseId };
  const [rows, total] = await Promise.all([
    findSales(context.database, scope, question, by),
    findSalesTotal(context.database, scope, question),
  ]);
  return { from, to, ...total, revenue: rupiah(total.revenue), rows: rows.map((row) => ({ ...row, by })) };
};

export const SalesReportRow: SalesReportRowResolvers = {
  outlet: ({ by, key }) => (by === 'OUTLET' ? { id: key } : null),
  menuItem: ({ by, key }) => (by === 'MENU_ITEM' ? { id: key } : null),
  revenue: ({ revenue }) => rupiah(revenue),
};

function checkPlace(
  context: Context,
  scope: Scope,
  outletId: string | null,
  franchiseId: string | null,
): void {
  const outlet = outletId === null ? null : outletWithin(context, 'sales:read', outletId);
  if (franchiseId === null) return;
  if (outlet !== null && outlet.franchiseId !== franchiseId) throw notFound('Outlet');
  const isKnown = context.catalogue.outlets().some((known) => known.franchiseId === franchiseId);
  const isCovered = scope.everywhere || scope.franchiseIds.includes(franchiseId) || outlet !== null;
  if (!isId(franchiseId) || !isKnown || !isCovered) throw notFound('Franchise');
}

function checkDays(from: string, to: string): void {
  const days = daysBetween(from, to);
  if (days < 0) throw requestError(ErrorCode.BAD_USER_INPUT, 'from must not be after to');
  if (days > MAXIMUM_DAYS)
    throw requestError(ErrorCode.BAD_USER_INPUT, 'A report spans three years at the most');
  if (from < '0001-01-01') throw requestError(ErrorCode.BAD_USER_INPUT, 'from is before the calendar begins');
}
