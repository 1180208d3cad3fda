/** Reports the sales of some days within what the caller may see, as they were known at a moment, beside those of other days. */
import { ErrorCode, requestError } from '../../../platform/errors.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { type CalendarDay, type Period, reportPeriod } from '../../../platform/kit/calendar.js';
import { reportedAsOf } from '../../../platform/kit/known-until.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import type { Context } from '../context.js';
import { comparedKey, comparedPeriod, type SalesComparison } from '../domain/comparison.js';
import {
  addsUp,
  type FullFigures,
  findOutletsSelling,
  findSales,
  findSalesTotal,
  type KeyedFigures,
  type SalesGrouping,
  type SalesQuery,
  sumOf,
} from '../store/sales-report.js';
import { knownPlaces } from './outlets.js';

export interface SalesRequest extends RequestedPlace {
  /** Days in each outlet's own time zone, both included. */
  readonly from: string;
  readonly to: string;
  readonly by: SalesGrouping;
  readonly compareWith: SalesComparison | null;
  /** Of outlets alone that sold in both periods. */
  readonly likeForLike: boolean;
  /** Null for now. */
  readonly asOf: Date | null;
}

export interface ReportedRow extends KeyedFigures {
  readonly by: SalesGrouping;
  /** Null without comparison. */
  readonly comparison: ComparedFigures | null;
}

/** What is compared with: without days in a row. */
export interface ComparedFigures extends FullFigures {
  readonly from: CalendarDay | null;
  readonly to: CalendarDay | null;
}

export interface Sales extends FullFigures, Period {
  readonly asOf: Date;
  readonly rows: readonly ReportedRow[];
  readonly comparison: ComparedFigures | null;
}

/** Rows in the order of their keys; the others are in that of their revenue. */
const IN_ORDER: ReadonlySet<SalesGrouping> = new Set(['HOUR', 'DAY', 'WEEKDAY', 'MONTH']);

/**
 * @throws NOT_FOUND for an outlet or franchise outside the caller's scope, BAD_USER_INPUT for days that make no report, and for outlets alone that
 * sold in both periods of a report that has one.
 */
export async function reportSales(
  context: Pick<Context, 'database' | 'identity' | 'menu'>,
  request: SalesRequest,
): Promise<Sales> {
  const { outletId, franchiseId, by, compareWith, likeForLike } = request;
  const scope = scopeFor(context.identity, 'sales:read');
  await requirePlace(scope, request, knownPlaces(context));
  const period = reportPeriod(request);
  if (likeForLike && compareWith === null) {
    throw requestError(ErrorCode.BAD_USER_INPUT, 'likeForLike goes with compareWith');
  }
  const asOf = await reportedAsOf(context.database.pool, request.asOf);
  const query = { ...period, outletId, franchiseId, outletIds: null, asOf };
  if (compareWith === null) {
    const { rows, total } = await find(context, scope, query, by);
    return { ...period, ...total, asOf, comparison: null, rows: inOrder(rows.map(rowBy(by)), by) };
  }
  const compared = comparedPeriod(period, compareWith);
  const then = { ...query, ...compared };
  const outletIds = likeForLike ? await findOutletsSelling(context.database, scope, [query, then]) : null;
  const [now, before] = await Promise.all([
    find(context, scope, { ...query, outletIds }, by),
    find(context, scope, { ...then, outletIds }, by),
  ]);
  const keyThen = (key: string) =>
    by === 'DAY' || by === 'MONTH' ? comparedKey(key, by, period, compared, compareWith) : key;
  return {
    ...{ ...period, ...now.total, asOf },
    comparison: { ...compared, ...before.total },
    rows: inOrder(beside(now.rows, before.rows, by, keyThen), by),
  };
}

async function find(
  { database }: Pick<Context, 'database'>,
  scope: Scope,
  query: SalesQuery,
  by: SalesGrouping,
): Promise<{ readonly rows: KeyedFigures[]; readonly total: FullFigures }> {
  if (addsUp(by)) {
    const rows = await findSales(database, scope, query, by);
    return { rows, total: sumOf(rows) };
  }
  const [rows, total] = await Promise.all([
    findSales(database, scope, query, by),
    findSalesTotal(database, scope, query),
  ]);
  return { rows, total };
}

function rowBy(by: SalesGrouping) {
  return (row: KeyedFigures): ReportedRow => ({ ...row, by, comparison: null });
}

/** Each row with what stood there then; what is not of times and sold then alone has a row without sales. */
function beside(
  now: readonly KeyedFigures[],
  then: readonly KeyedFigures[],
  by: SalesGrouping,
  keyThen: (key: string) => string | null,
): ReportedRow[] {
  const before = new Map(then.map((row) => [row.key, row]));
  const rows = now.map((row): ReportedRow => {
    const key = keyThen(row.key);
    return {
      ...row,
      by,
      comparison: comparisonOf((key === null ? undefined : before.get(key)) ?? sumOf([])),
    };
  });
  if (by === 'DAY' || by === 'MONTH') return rows;
  const known = new Set(now.map(({ key }) => key));
  const gone = then.filter(({ key }) => !known.has(key));
  return [...rows, ...gone.map((row) => ({ ...sumOf([]), key: row.key, by, comparison: comparisonOf(row) }))];
}

function comparisonOf(figures: FullFigures): ComparedFigures {
  return { ...figures, from: null, to: null };
}

function inOrder(rows: readonly ReportedRow[], by: SalesGrouping): ReportedRow[] {
  const byKey = (one: ReportedRow, other: ReportedRow) => (one.key < other.key ? -1 : 1);
  if (IN_ORDER.has(by)) return rows.toSorted(byKey);
  return rows.toSorted((one, other) => other.revenue - one.revenue || byKey(one, other));
}
