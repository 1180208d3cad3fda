import { rupiah } from '../../../platform/money.js';
import type {
  FinancialReportResolvers,
  LedgerAccountSumsResolvers,
  PaymentMethodSumsResolvers,
} from '../../../schema/types/payment.js';

export const FinancialReport: FinancialReportResolvers = {
  captured: ({ captured }) => rupiah(captured),
  refunded: ({ refunded }) => rupiah(refunded),
  disputed: ({ disputed }) => rupiah(disputed),
  net: ({ net }) => rupiah(net),
  tips: ({ tips }) => rupiah(tips),
  service: ({ service }) => rupiah(service),
  tax: ({ tax }) => rupiah(tax),
  rounding: ({ rounding }) => rupiah(rounding),
  fees: ({ fees }) => rupiah(fees),
  owed: ({ owed }) => rupiah(owed),
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
