import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Booking, entriesOf, type LedgerEntry, type LedgerReason } from './ledger.js';

const REASONS = [
  'CAPTURE',
  'REFUND',
  'DISPUTE_OPENED',
  'DISPUTE_WON',
  'DISPUTE_LOST',
] as const satisfies LedgerReason[];

const bookings: fc.Arbitrary<Booking> = fc.record({
  provider: fc.constantFrom('MIDTRANS', 'XENDIT', 'CASH'),
  amount: fc.integer({ min: 1, max: 1_000_000_000_000 }),
  isSurplus: fc.boolean(),
});

/** The balances, other than zero, after these have been booked one after the other. */
function balances(booking: Booking, ...reasons: readonly LedgerReason[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { account, amount } of reasons.flatMap((reason) => entriesOf(reason, booking))) {
    sums[account] = (sums[account] ?? 0) + amount;
  }
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
    const booking = { provider: 'MIDTRANS', amount: 7, isSurplus: false } as const;
    expect(balances(booking, 'CAPTURE', 'DISPUTE_OPENED')).toEqual({ DISPUTED_FUNDS: 7, SALES: -7 });
    expect(balances(booking, 'CAPTURE', 'DISPUTE_OPENED', 'DISPUTE_LOST')).toEqual({
      DISPUTE_LOSSES: 7,
      SALES: -7,
    });
  });

  it('counts money of no order as owed, and never as a sale or a loss', () => {
    const booking = { provider: 'XENDIT', amount: 7, isSurplus: true } as const;
    expect(balances(booking, 'CAPTURE')).toEqual({ XENDIT_CLEARING: 7, OWED_TO_CUSTOMERS: -7 });
    expect(balances(booking, 'CAPTURE', 'DISPUTE_OPENED', 'DISPUTE_LOST')).toEqual({});
  });
});
