/** Reports the sales of some days within what the caller may see. */
import { scopeFor } from '../../../platform/identity/identity.js';
import { type Period, reportPeriod } from '../../../platform/kit/calendar.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import type { Context } from '../context.js';
import type { DayCharges, SalesFigures } from '../domain/sales.js';
import { findSales, findSalesTotal, type SalesGrouping, type SalesRow } from '../store/sales.js';
import { knownPlaces } from './outlets.js';

export interface SalesRequest extends RequestedPlace {
  /** Days in each outlet's own time zone, both included. */
  readonly from: string;
  readonly to: string;
  readonly by: SalesGrouping;
}

export interface ReportedRow extends SalesRow {
  readonly by: SalesGrouping;
}

export interface Sales extends SalesFigures, Period {
  readonly charges: DayCharges;
  readonly rows: readonly ReportedRow[];
}

/** @throws NOT_FOUND for an outlet or franchise outside the caller's scope, BAD_USER_INPUT for days that make no report. */
export async function reportSales(context: Context, request: SalesRequest): Promise<Sales> {
  const { outletId, franchiseId, by } = request;
  const scope = scopeFor(context.identity, 'sales:read');
  await requirePlace(scope, request, knownPlaces(context));
  const period = reportPeriod(request);
  const query = { ...period, outletId, franchiseId };
  const [rows, total] = await Promise.all([
    findSales(context.database, scope, query, by),
    findSalesTotal(context.database, scope, query),
  ]);
  return { ...period, ...total, rows: rows.map((row) => ({ ...row, by })) };
}
