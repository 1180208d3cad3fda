/** The double entries of a movement of money: debit above zero, credit below; every booking adds up to zero. */
import type { ProviderName } from './methods.js';

export type LedgerAccount =
  | 'MIDTRANS_CLEARING'
  | 'XENDIT_CLEARING'
  | 'CASH_DRAWER'
  | 'SALES'
  | 'REFUNDS'
  | 'OWED_TO_CUSTOMERS'
  | 'DISPUTED_FUNDS'
  | 'DISPUTE_LOSSES';

export type LedgerReason = 'CAPTURE' | 'REFUND' | 'DISPUTE_OPENED' | 'DISPUTE_WON' | 'DISPUTE_LOST';

export interface LedgerEntry {
  readonly account: LedgerAccount;
  readonly amount: number;
}

export interface Booking {
  readonly provider: ProviderName | 'CASH';
  readonly amount: number;
  /** Money for no order: owed to its payer until it is given back. */
  readonly isSurplus: boolean;
}

const MONEY_ACCOUNTS = {
  MIDTRANS: 'MIDTRANS_CLEARING',
  XENDIT: 'XENDIT_CLEARING',
  CASH: 'CASH_DRAWER',
} as const satisfies Record<Booking['provider'], LedgerAccount>;

/** From which account to which the amount of a booking moves. */
const MOVES: Readonly<
  Record<LedgerReason, (booking: Booking) => { readonly from: LedgerAccount; readonly to: LedgerAccount }>
> = {
  CAPTURE: (booking) => ({ from: booking.isSurplus ? 'OWED_TO_CUSTOMERS' : 'SALES', to: moneyOf(booking) }),
  REFUND: (booking) => ({ from: moneyOf(booking), to: booking.isSurplus ? 'OWED_TO_CUSTOMERS' : 'REFUNDS' }),
  DISPUTE_OPENED: (booking) => ({ from: moneyOf(booking), to: 'DISPUTED_FUNDS' }),
  DISPUTE_WON: (booking) => ({ from: 'DISPUTED_FUNDS', to: moneyOf(booking) }),
  DISPUTE_LOST: ({ isSurplus }) => ({
    from: 'DISPUTED_FUNDS',
    to: isSurplus ? 'OWED_TO_CUSTOMERS' : 'DISPUTE_LOSSES',
  }),
};

export function entriesOf(reason: LedgerReason, booking: Booking): readonly [LedgerEntry, LedgerEntry] {
  const { from, to } = MOVES[reason](booking);
  return [
    { account: to, amount: booking.amount },
    { account: from, amount: -booking.amount },
  ];
}

function moneyOf({ provider }: Booking): LedgerAccount {
  return MONEY_ACCOUNTS[provider];
}
