/** Reports where an outlet's grams went: what recipes say was used, what was measured, what was thrown away, and the rest. */
import { ErrorCode, notFound, requestError } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { daysBetween, type Period, reportPeriod } from '../../../platform/kit/calendar.js';
import { reportedAsOf } from '../../../platform/kit/known-until.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import { shiftStartHours } from '../../../platform/outlet-settings/registry.js';
import type { Context } from '../context.js';
import type { UsageGrouping, UsageRow } from '../domain/records.js';
import { shiftsOfHours } from '../domain/shifts.js';
import { findCoveredOutlets, knownPlaces } from '../store/outlets.js';
import { findUsage, isTooMuchToRead } from '../store/usage.js';

const MAXIMUM_DAYS = 31;
/** A month of an item by the hour. */
const MAXIMUM_ROWS = 1_000;

export interface UsageRequest extends RequestedPlace {
  /** Days in each outlet's own time zone, both included. */
  readonly from: string;
  readonly to: string;
  readonly by: UsageGrouping;
  /** Null for all items. */
  readonly stockItemId: string | null;
  readonly first: number;
  /** Null for now. */
  readonly asOf: Date | null;
}

export interface Usage extends Period {
  readonly rows: readonly UsageRow[];
  /** Also of the rows that were left out. */
  readonly totalCount: number;
  readonly asOf: Date;
}

/**
 * @throws NOT_FOUND for a place or an item outside the caller's scope, BAD_USER_INPUT for days or a number of rows that make no report,
 * OPERATION_TOO_COMPLEX where there is more to read than a request may take.
 */
export async function reportUsage(
  { database, identity, loaders, settings }: Context,
  { by, stockItemId, first, asOf: wished, ...request }: UsageRequest,
): Promise<Usage> {
  const scope = scopeFor(identity, 'purchasing:read');
  const { outletId, franchiseId } = request;
  await requirePlace(scope, request, knownPlaces(database));
  if (stockItemId !== null && (await loaders.item.load(stockItemId)) === null) throw notFound('Stock item');
  const period = reportPeriod(request);
  if (daysBetween(period.from, period.to) >= MAXIMUM_DAYS) {
    throw requestError(ErrorCode.BAD_USER_INPUT, `A usage report spans ${MAXIMUM_DAYS} days at the most`);
  }
  if (first < 1 || first > MAXIMUM_ROWS) {
    throw requestError(ErrorCode.BAD_USER_INPUT, `first must be between 1 and ${MAXIMUM_ROWS}`);
  }
  const asOf = await reportedAsOf(database.pool, wished);
  const outlets = by === 'SHIFT' ? await findCoveredOutlets(database, scope) : [];
  const shifts = Object.fromEntries(
    outlets.map((outlet) => [
      outlet.id,
      shiftsOfHours(settings.valueOf(shiftStartHours, { ...outlet, outletId: outlet.id }).map(Number)),
    ]),
  );
  const filter = { ...period, outletId, franchiseId, stockItemId, by, asOf, shifts };
  const usage = await findUsage(database, scope, filter, first).catch((error: unknown) => {
    if (!isTooMuchToRead(error)) throw error;
    throw requestError(
      ErrorCode.OPERATION_TOO_COMPLEX,
      'The report reads too much: ask for fewer days, for one outlet or for one item',
    );
  });
  return { ...period, ...usage, asOf };
}
