/**
 * `royaltyStatement`: what a franchise owes the chain for a month, from the same sales as `salesReport`, so that both sides read the same figure. The
 * base is revenue without the taxes in it; the rate is the setting `royaltyBasisPoints`.
 */
import { ErrorCode, requestError } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { type CalendarDay, parseCalendarDay } from '../../../platform/kit/calendar.js';
import { reportedAsOf } from '../../../platform/kit/known-until.js';
import { requirePlace } from '../../../platform/kit/requested-place.js';
import { add } from '../../../platform/money.js';
import { royaltyBasisPoints } from '../../../platform/outlet-settings/registry.js';
import type { Context } from '../context.js';
import { lastOfMonth } from '../domain/comparison.js';
import { royaltyOf } from '../domain/royalty.js';
import { findSales } from '../store/sales-report.js';
import { knownPlaces } from './outlets.js';

export interface RoyaltyLine {
  readonly outletId: string;
  readonly orders: number;
  readonly revenue: number;
  readonly taxIncluded: number;
  readonly base: number;
  readonly rate: number;
  readonly royalty: number;
}

export interface RoyaltyStatement {
  readonly franchiseId: string;
  readonly month: string;
  readonly asOf: Date;
  readonly base: number;
  readonly royalty: number;
  readonly lines: readonly RoyaltyLine[];
}

/** @throws NOT_FOUND for a franchise that is not wholly within what the caller may see, BAD_USER_INPUT for what is no month. */
export async function stateRoyalty(
  context: Context,
  { franchiseId, month, asOf: wished }: { franchiseId: string; month: string; asOf: Date | null },
): Promise<RoyaltyStatement> {
  const { database, identity, settings } = context;
  const scope = scopeFor(identity, 'sales:read');
  await requirePlace(scope, { outletId: null, franchiseId }, knownPlaces(context));
  const from = firstOfMonth(month);
  const asOf = await reportedAsOf(database.pool, wished);
  const query = { from, to: lastOfMonth(from), outletId: null, franchiseId, outletIds: null, asOf };
  const sales = await findSales(database, scope, query, 'OUTLET');
  const lines = sales
    .map(({ key: outletId, orders, revenue, taxIncluded }): RoyaltyLine => {
      const rate = settings.valueOf(royaltyBasisPoints, { outletId, franchiseId });
      const base = add(revenue, -taxIncluded);
      return { outletId, orders, revenue, taxIncluded, base, rate, royalty: royaltyOf(base, rate) };
    })
    .toSorted((one, other) => other.royalty - one.royalty || (one.outletId < other.outletId ? -1 : 1));
  return {
    ...{ franchiseId, month, asOf, lines },
    base: add(...lines.map((line) => line.base)),
    royalty: add(...lines.map((line) => line.royalty)),
  };
}

/** @throws BAD_USER_INPUT */
function firstOfMonth(month: string): CalendarDay {
  const day = /^\d{4}-\d{2}$/.test(month) ? parseCalendarDay(`${month}-01`) : undefined;
  if (day === undefined || day < '0001-01-01') {
    throw requestError(ErrorCode.BAD_USER_INPUT, 'month is not a month, such as 2026-11');
  }
  return day;
}
