/** `financialReport`: the ledger's sums over days, within what the caller may see. */
import { ErrorCode, notFound, requestError } from '../../../platform/errors.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { type CalendarDay, calendarDay, daysBetween } from '../../../platform/kit/calendar.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { Context } from '../context.js';
import { type LedgerSums, ledgerSums } from '../domain/financial-report.js';
import type { PaymentDatabase } from '../store/database.js';
import { findPostingSums } from '../store/ledger.js';
import { findFranchise, findOutletFranchise, type Place } from '../store/outlets.js';

/** Three years, a leap day among them. */
const MAXIMUM_DAYS = 3 * 365 + 1;

export interface FinancialReport extends LedgerSums {
  readonly from: CalendarDay;
  readonly to: CalendarDay;
}

export interface FinancialReportArguments extends Place {
  readonly from: string;
  readonly to: string;
}

/** @throws NOT_FOUND for an outlet or franchise that does not exist and one that the caller may not see alike. */
export async function reportFinances(
  { database, identity }: Context,
  { outletId, franchiseId, ...days }: FinancialReportArguments,
): Promise<FinancialReport> {
  const scope = scopeFor(identity, 'finance:read');
  await checkPlace(database, scope, { outletId, franchiseId });
  const [from, to] = [calendarDay(days.from), calendarDay(days.to)];
  checkPeriod(from, to);
  const sums = await findPostingSums(database, scope, { from, to, outletId, franchiseId });
  return { from, to, ...ledgerSums(sums) };
}

async function checkPlace(
  database: PaymentDatabase,
  scope: Scope,
  { outletId, franchiseId }: Place,
): Promise<void> {
  if (outletId !== null) {
    const owner = isId(outletId)
      ? await findYoung(outletId, () => findOutletFranchise(database, outletId))
      : null;
    const isThere = owner !== null && covers(scope, { franchiseId: owner, outletId });
    if (!isThere || (franchiseId !== null && franchiseId !== owner)) throw notFound('Outlet');
    return;
  }
  if (franchiseId === null) return;
  const franchise = isId(franchiseId)
    ? await findYoung(franchiseId, () => findFranchise(database, franchiseId))
    : null;
  if (franchise === null || !covers(scope, { franchiseId })) throw notFound('Franchise');
}

function checkPeriod(from: CalendarDay, to: CalendarDay): void {
  const days = daysBetween(from, to);
  if (days < 0) throw requestError(ErrorCode.BAD_USER_INPUT, 'from must not be after to');
  if (days > MAXIMUM_DAYS) {
    throw requestError(ErrorCode.BAD_USER_INPUT, 'A report spans three years at the most');
  }
  if (from < '0001-01-01') throw requestError(ErrorCode.BAD_USER_INPUT, 'from is before the calendar begins');
}
