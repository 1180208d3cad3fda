import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Booking, entriesOf, type LedgerEntry, type LedgerReason } from './ledger.js';

const REASONS = [
  'CAPTURE',
  'ORDER_SETTLED',
  'REFUND',
  'DISPUTE_OPENED',
  'DISPUTE_WON',
  'DISPUTE_LOST',
] as const satisfies LedgerReason[];

const share = fc.integer({ min: 0, max: 1_000_000_000_000 });

const bookings: fc.Arbitrary<Booking> = fc.record({
  provider: fc.constantFrom('MIDTRANS', 'XENDIT', 'CASH'),
  shares: fc.record({ sale: share, tip: share, surplus: share }),
  isDeposit: fc.boolean(),
});

const SALE = { sale: 7, tip: 0, surplus: 0 };
const SURPLUS = { sale: 0, tip: 0, surplus: 7 };

/** The balances, other than zero, after these have been booked one after the other. */
function balances(booking: Booking, ...reasons: readonly LedgerReason[]): Record<string, number> {
  return sumsOf(reasons.flatMap((reason) => entriesOf(reason, booking)));
}

function sumsOf(entries: readonly LedgerEntry[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { account, amount } of entries) sums[account] = (sums[account] ?? 0) + amount;
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}

function total(entries: readonly LedgerEntry[]): number {
  return entries.reduce((sum, { amount }) => sum + amount, 0);
}

describe('the ledger', () => {
  it('balances after every booking', () => {
    fc.assert(
      fc.property(bookings, fc.constantFrom(...REASONS), (booking, reason) => {
        expect(total(entriesOf(reason, booking))).toBe(0);
      }),
    );
  });

  it('holds no money of a payment that was given back whole', () => {
    fc.assert(
      fc.property(bookings, (booking) => {
        const { SALES, REFUNDS, ...money } = balances(booking, 'CAPTURE', 'REFUND');
        expect(money).toEqual({});
        expect((SALES ?? 0) + (REFUNDS ?? 0)).toBe(0);
      }),
    );
  });

  it('is after a dispute that was won as though there had been none', () => {
    fc.assert(
      fc.property(bookings, (booking) => {
        expect(balances(booking, 'CAPTURE', 'DISPUTE_OPENED', 'DISPUTE_WON')).toEqual(
          balances(booking, 'CAPTURE'),
        );
      }),
    );
  });

  it('sets disputed money aside, and writes it off when it is lost', () => {
    const booking = { provider: 'MIDTRANS', shares: SALE, isDeposit: false } as const;
    expect(balances(booking, 'CAPTURE', 'DISPUTE_OPENED')).toEqual({ DISPUTED_FUNDS: 7, SALES: -7 });
    expect(balances(booking, 'CAPTURE', 'DISPUTE_OPENED', 'DISPUTE_LOST')).toEqual({
      DISPUTE_LOSSES: 7,
      SALES: -7,
    });
  });

  it('counts money of no order as owed, and never as a sale or a loss', () => {
    const booking = { provider: 'XENDIT', shares: SURPLUS, isDeposit: false } as const;
    expect(balances(booking, 'CAPTURE')).toEqual({ XENDIT_CLEARING: 7, OWED_TO_CUSTOMERS: -7 });
    expect(balances(booking, 'CAPTURE', 'DISPUTE_OPENED', 'DISPUTE_LOST')).toEqual({});
  });

  it('owes a guest what is captured before the total of the order is met, and counts it as a sale then', () => {
    const deposit = { provider: 'CASH', shares: SALE, isDeposit: true } as const;
    expect(balances(deposit, 'CAPTURE')).toEqual({ CASH_DRAWER: 7, OWED_TO_CUSTOMERS: -7 });
    expect(balances(deposit, 'CAPTURE', 'REFUND')).toEqual({});
    const settled = { ...deposit, isDeposit: false };
    const entries = [...entriesOf('CAPTURE', deposit), ...entriesOf('ORDER_SETTLED', settled)];
    expect(sumsOf(entries)).toEqual({ CASH_DRAWER: 7, SALES: -7 });
  });

  it('keeps tips apart, also where money goes back', () => {
    const booking = { provider: 'CASH', shares: { sale: 5, tip: 2, surplus: 0 }, isDeposit: false } as const;
    expect(balances(booking, 'CAPTURE')).toEqual({ CASH_DRAWER: 7, SALES: -5, TIPS: -2 });
    expect(balances(booking, 'CAPTURE', 'REFUND')).toEqual({ SALES: -5, REFUNDS: 5 });
  });
});
