/** The double entries of a movement of money: debit above zero, credit below; every booking adds up to zero. */
import { add } from '../../../platform/money.js';
import { type ChargeShares, taxSum } from '../../../platform/order-charges.js';
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
  | 'PROVIDER_FEES'
  | 'TAX_PAYABLE'
  | 'SERVICE_CHARGES'
  | 'ROUNDING';

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
  /** What the money for the order is for; left out for its lines alone. */
  readonly ofSale?: ChargeShares | undefined;
  /** A part of an order whose total is not met: owed to the guest until it is. */
  readonly isDeposit: boolean;
}

/** Where the money of each provider is. */
export const MONEY_ACCOUNTS = {
  MIDTRANS: 'MIDTRANS_CLEARING',
  XENDIT: 'XENDIT_CLEARING',
  CASH: 'CASH_DRAWER',
} as const satisfies Record<Booking['provider'], LedgerAccount>;

/** What is booked of the money for an order apart: taxes whether they were in the prices or not, for they are not the outlet's. */
const CHARGE_ACCOUNTS = {
  tax: 'TAX_PAYABLE',
  serviceCharge: 'SERVICE_CHARGES',
  rounding: 'ROUNDING',
} as const satisfies Record<string, LedgerAccount>;

interface BookedShares extends MoneyShares {
  readonly tax: number;
  readonly serviceCharge: number;
  readonly rounding: number;
}

function bookedShares({ shares, ofSale }: Booking): BookedShares {
  if (ofSale === undefined) return { ...shares, tax: 0, serviceCharge: 0, rounding: 0 };
  const { serviceCharge, rounding, taxes } = ofSale;
  const tax = add(taxSum(taxes, true), taxSum(taxes, false));
  return { ...shares, sale: add(shares.sale, -tax, -serviceCharge, -rounding), tax, serviceCharge, rounding };
}

/** Where money is, and the account of what a sale is when it moves. */
type Side = (booking: Booking) => { readonly [Share in keyof BookedShares]: LedgerAccount };

const money: Side = ({ provider }) => all(MONEY_ACCOUNTS[provider]);
const disputed: Side = () => all('DISPUTED_FUNDS');
const owed: Side = () => all('OWED_TO_CUSTOMERS');
const purpose =
  (sale: LedgerAccount): Side =>
  ({ isDeposit }) => {
    const owedButTips = { ...all('OWED_TO_CUSTOMERS'), tip: 'TIPS' } as const;
    return isDeposit ? owedButTips : { ...owedButTips, sale, ...CHARGE_ACCOUNTS };
  };

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
  const shares = bookedShares(booking);
  return [...entries(to(booking), shares, 1), ...entries(from(booking), shares, -1)];
}

function entries(accounts: ReturnType<Side>, shares: BookedShares, sign: 1 | -1): LedgerEntry[] {
  const sums = new Map<LedgerAccount, number>();
  for (const share of ['sale', 'tax', 'serviceCharge', 'rounding', 'tip', 'surplus'] as const) {
    if (shares[share] === 0) continue;
    sums.set(accounts[share], add(sums.get(accounts[share]) ?? 0, sign * shares[share]));
  }
  return [...sums].filter(([, amount]) => amount !== 0).map(([account, amount]) => ({ account, amount }));
}

function all(account: LedgerAccount): ReturnType<Side> {
  return {
    ...{ surplus: account, sale: account, tip: account },
    ...{ tax: account, serviceCharge: account, rounding: account },
  };
}
