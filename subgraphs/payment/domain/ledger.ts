/** The double entries of a movement of money: debit above zero, credit below; every booking adds up to zero. */
import { add } from '../../../platform/money.js';
import type { ProviderName } from './methods.js';
import type { MoneyShares } from './shares.js';

export type LedgerAccount =
  | 'MIDTRANS_CLEARING'
  | 'XENDIT_CLEARING'
  | 'CASH_DRAWER'
  | 'SALES'
  | 'REFUNDS'
  | 'OWED_TO_CUSTOMERS'
  | 'DISPUTED_FUNDS'
  | 'DISPUTE_LOSSES'
  | 'TIPS'
  | 'PROVIDER_FEES';

export type LedgerReason =
  | 'CAPTURE'
  | 'ORDER_SETTLED'
  | 'REFUND'
  | 'DISPUTE_OPENED'
  | 'DISPUTE_WON'
  | 'DISPUTE_LOST'
  | 'PROVIDER_FEE';

export interface LedgerEntry {
  readonly account: LedgerAccount;
  readonly amount: number;
}

export interface Booking {
  readonly provider: ProviderName | 'CASH';
  /** What of the money moved is for what. */
  readonly shares: MoneyShares;
  /** A part of an order whose total is not met: owed to the guest until it is. */
  readonly isDeposit: boolean;
}

const MONEY_ACCOUNTS = {
  MIDTRANS: 'MIDTRANS_CLEARING',
  XENDIT: 'XENDIT_CLEARING',
  CASH: 'CASH_DRAWER',
} as const satisfies Record<Booking['provider'], LedgerAccount>;

/** Where money is, and the account of what a sale is when it moves. */
type Side = (booking: Booking) => { readonly [Share in keyof MoneyShares]: LedgerAccount };

const money: Side = ({ provider }) => all(MONEY_ACCOUNTS[provider]);
const disputed: Side = () => all('DISPUTED_FUNDS');
const owed: Side = () => all('OWED_TO_CUSTOMERS');
const purpose =
  (sale: LedgerAccount): Side =>
  ({ isDeposit }) => ({
    surplus: 'OWED_TO_CUSTOMERS',
    sale: isDeposit ? 'OWED_TO_CUSTOMERS' : sale,
    tip: 'TIPS',
  });

/** From which accounts to which the money of a booking moves. */
const MOVES: Readonly<Record<LedgerReason, { readonly from: Side; readonly to: Side }>> = {
  CAPTURE: { from: purpose('SALES'), to: money },
  ORDER_SETTLED: { from: purpose('SALES'), to: owed },
  REFUND: { from: money, to: purpose('REFUNDS') },
  DISPUTE_OPENED: { from: money, to: disputed },
  DISPUTE_WON: { from: disputed, to: money },
  /** What is below zero is a fee that was given back. */
  PROVIDER_FEE: { from: money, to: () => all('PROVIDER_FEES') },
  DISPUTE_LOST: { from: disputed, to: purpose('DISPUTE_LOSSES') },
};

/** At most one entry for each account, debits first. */
export function entriesOf(reason: LedgerReason, booking: Booking): readonly LedgerEntry[] {
  const { from, to } = MOVES[reason];
  return [...entries(to(booking), booking.shares, 1), ...entries(from(booking), booking.shares, -1)];
}

function entries(accounts: ReturnType<Side>, shares: MoneyShares, sign: 1 | -1): LedgerEntry[] {
  const sums = new Map<LedgerAccount, number>();
  for (const share of ['sale', 'tip', 'surplus'] as const) {
    if (shares[share] === 0) continue;
    sums.set(accounts[share], add(sums.get(accounts[share]) ?? 0, sign * shares[share]));
  }
  return [...sums].map(([account, amount]) => ({ account, amount }));
}

function all(account: LedgerAccount): ReturnType<Side> {
  return { surplus: account, sale: account, tip: account };
}
