/** Reports the sales of some days within what the caller may see. */
import { notFound } from '../../../platform/errors.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { type Period, reportPeriod } from '../../../platform/kit/calendar.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { Context } from '../context.js';
import type { SalesFigures } from '../domain/sales.js';
import { findSales, findSalesTotal, type SalesGrouping, type SalesRow } from '../store/sales.js';
import { findOutletWithin } from './outlets.js';

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

export interface Sales extends SalesFigures, Period {
  readonly rows: readonly ReportedRow[];
}

/** @throws NOT_FOUND for an outlet or franchise outside the caller's scope, BAD_USER_INPUT for days that make no report. */
export async function reportSales(context: Context, request: SalesRequest): Promise<Sales> {
  const { outletId, franchiseId, by } = request;
  const scope = scopeFor(context.identity, 'sales:read');
  await checkTenant(context, scope, outletId, franchiseId);
  const period = reportPeriod(request);
  const query = { ...period, outletId, franchiseId };
  const [rows, total] = await Promise.all([
    findSales(context.database, scope, query, by),
    findSalesTotal(context.database, scope, query),
  ]);
  return { ...period, ...total, rows: rows.map((row) => ({ ...row, by })) };
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
