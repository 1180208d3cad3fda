/** What a resolver's parent is, where it is not the type's own fields. */
import type { AccountSums, LedgerSums, MethodSums } from '../domain/financial-report.js';
import type * as records from '../store/records.js';

export type Payment = records.Payment;

export type Refund = records.Refund;

export type Dispute = records.Dispute;

export interface FinancialReport extends LedgerSums {
  readonly from: string;
  readonly to: string;
}

export type LedgerAccountSums = AccountSums;

export type PaymentMethodSums = MethodSums;

/** Owned elsewhere: its id is all there is here. */
export interface Order {
  readonly id: string;
}
