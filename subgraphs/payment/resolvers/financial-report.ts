/** `financialReport`: what the ledger says of some days, within what the caller may see. */
import { ErrorCode, notFound, requestError } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { rupiah } from '../../../platform/money.js';
import type {
  FinancialReportResolvers,
  LedgerAccountSumsResolvers,
  PaymentMethodSumsResolvers,
  QueryResolvers,
} from '../../../schema/types/payment.js';
import { ledgerSums } from '../domain/financial-report.js';
import { findMissing, sumPostings } from '../store/financial-report.js';

/** Three years, a leap day among them. */
const MAXIMUM_DAYS = 3 * 365 + 1;
const MILLISECONDS_A_DAY = 86_400_000;

export const financialReport: Required<QueryResolvers>['financialReport'] = async (
  _parent,
  { scope: asked, from, to },
  { identity, services: { database } },
) => {
  const scope = scopeFor(identity, 'finance:read');
  const place = { outletId: asked?.outletId ?? null, franchiseId: asked?.franchiseId ?? null };
  const missing = await findMissing(database, scope, place);
  if (missing !== null) throw notFound(missing);
  checkDays(from, to);
  return { from, to, ...ledgerSums(await sumPostings(database, scope, { from, to, ...place })) };
};

export const FinancialReport: FinancialReportResolvers = {
  captured: ({ captured }) => rupiah(captured),
  refunded: ({ refunded }) => rupiah(refunded),
  disputed: ({ disputed }) => rupiah(disputed),
  net: ({ net }) => rupiah(net),
  imbalance: ({ imbalance }) => rupiah(imbalance),
};

export const LedgerAccountSums: LedgerAccountSumsResolvers = {
  debit: ({ debit }) => rupiah(debit),
  credit: ({ credit }) => rupiah(credit),
  balance: ({ balance }) => rupiah(balance),
};

export const PaymentMethodSums: PaymentMethodSumsResolvers = {
  captured: ({ captured }) => rupiah(captured),
  refunded: ({ refunded }) => rupiah(refunded),
  disputed: ({ disputed }) => rupiah(disputed),
  net: ({ net }) => rupiah(net),
};

function checkDays(from: string, to: string): void {
  const days = (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / MILLISECONDS_A_DAY;
  if (days < 0) throw requestError(ErrorCode.BAD_USER_INPUT, 'from must not be after to');
  if (days > MAXIMUM_DAYS)
    throw requestError(ErrorCode.BAD_USER_INPUT, 'A report spans three years at the most');
  if (from < '0001-01-01') throw requestError(ErrorCode.BAD_USER_INPUT, 'from is before the calendar begins');
}
