/** The double entries of what moves money: debit above zero, credit below, and every booking adds up to zero. */
import type { ProviderName } from './methods.js';

export type LedgerAccount =
  | 'MIDTRANS_CLEARING'
  | 'XENDIT_CLEARING'
  | 'CASH_DRAWER'
  | 'SALES'
  | 'REFUNDS'
  | 'OWED_TO_CUSTOMERS';

export interface LedgerEntry {
  readonly account: LedgerAccount;
  readonly amount: number;
}

export interface Booking {
  readonly provider: ProviderName | 'CASH';
  readonly amount: number;
  /** Money of no order: owed to who paid it until it is given back. */
  readonly isSurplus: boolean;
}

const MONEY_ACCOUNTS = {
  MIDTRANS: 'MIDTRANS_CLEARING',
  XENDIT: 'XENDIT_CLEARING',
  CASH: 'CASH_DRAWER',
} as const satisfies Record<Booking['provider'], LedgerAccount>;

export function captureEntries({ provider, amount, isSurplus }: Booking): LedgerEntry[] {
  return [
    { account: MONEY_ACCOUNTS[provider], amount },
    { account: isSurplus ? 'OWED_TO_CUSTOMERS' : 'SALES', amount: -amount },
  ];
}

export function refundEntries({ provider, amount, isSurplus }: Booking): LedgerEntry[] {
  return [
    { account: isSurplus ? 'OWED_TO_CUSTOMERS' : 'REFUNDS', amount },
    { account: MONEY_ACCOUNTS[provider], amount: -amount },
  ];
}
