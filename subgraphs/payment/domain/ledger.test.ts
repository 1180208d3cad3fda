import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Booking, captureEntries, type LedgerEntry, refundEntries } from './ledger.js';

const bookings: fc.Arbitrary<Booking> = fc.record({
  provider: fc.constantFrom('MIDTRANS', 'XENDIT', 'CASH'),
  amount: fc.integer({ min: 1, max: 1_000_000_000_000 }),
  isSurplus: fc.boolean(),
});

function balances(entries: readonly LedgerEntry[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { account, amount } of entries) sums[account] = (sums[account] ?? 0) + amount;
  return sums;
}

function total(entries: readonly LedgerEntry[]): number {
  return entries.reduce((sum, { amount }) => sum + amount, 0);
}

describe('the ledger', () => {
  it('balances after every capture and every refund', () => {
    fc.assert(
      fc.property(bookings, (booking) => {
        expect(total(captureEntries(booking))).toBe(0);
        expect(total(refundEntries(booking))).toBe(0);
      }),
    );
  });

  it('holds no money of a payment that was given back whole', () => {
    fc.assert(
      fc.property(bookings, (booking) => {
        const { SALES, REFUNDS, ...money } = balances([
          ...captureEntries(booking),
          ...refundEntries(booking),
        ]);
        expect(Object.values(money).every((balance) => balance === 0)).toBe(true);
        expect((SALES ?? 0) + (REFUNDS ?? 0)).toBe(0);
      }),
    );
  });

  it('counts money of no order as owed, and never as a sale', () => {
    const booking = { provider: 'XENDIT', amount: 7, isSurplus: true } as const;
    expect(balances(captureEntries(booking))).toEqual({ XENDIT_CLEARING: 7, OWED_TO_CUSTOMERS: -7 });
  });
});
