/** `financialReport`: the ledger's sums over days, within what the caller may see. */
import { notFound } from '../../../platform/errors.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { type Period, reportPeriod } from '../../../platform/kit/calendar.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { Context } from '../context.js';
import { type LedgerSums, ledgerSums } from '../domain/financial-report.js';
import type { PaymentDatabase } from '../store/database.js';
import { findPostingSums } from '../store/ledger.js';
import { findFranchise, findOutletFranchise, type Place } from '../store/outlets.js';

export interface FinancialReport extends LedgerSums, Period {}

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
  const period = reportPeriod(days);
  const sums = await findPostingSums(database, scope, { ...period, outletId, franchiseId });
  return { ...period, ...ledgerSums(sums) };
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
