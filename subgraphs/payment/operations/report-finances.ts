/** `financialReport`: the ledger's sums over days, within what the caller may see. */
import { scopeFor } from '../../../platform/identity/identity.js';
import { type Period, reportPeriod } from '../../../platform/kit/calendar.js';
import { reportedAsOf } from '../../../platform/kit/known-until.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import type { Context } from '../context.js';
import { type LedgerSums, ledgerSums } from '../domain/financial-report.js';
import { findPostingSums } from '../store/ledger.js';
import { knownPlaces } from '../store/outlets.js';

export interface FinancialReport extends LedgerSums, Period {
  readonly asOf: Date;
}

export interface FinancialReportArguments extends RequestedPlace {
  readonly from: string;
  readonly to: string;
  /** Null for now. */
  readonly asOf: Date | null;
}

/** @throws NOT_FOUND for an outlet or franchise that does not exist and one that the caller may not see alike. */
export async function reportFinances(
  { database, identity }: Context,
  { outletId, franchiseId, asOf: wished, ...days }: FinancialReportArguments,
): Promise<FinancialReport> {
  const scope = scopeFor(identity, 'finance:read');
  await requirePlace(scope, { outletId, franchiseId }, knownPlaces(database));
  const period = reportPeriod(days);
  const asOf = await reportedAsOf(database.pool, wished);
  const sums = await findPostingSums(database, scope, { ...period, outletId, franchiseId, asOf });
  return { ...period, ...ledgerSums(sums), asOf };
}
