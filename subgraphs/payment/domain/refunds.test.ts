import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refundable, statusByRefunds } from './refunds.js';

const amounts = fc.integer({ min: 1, max: 1_000_000_000_000 });

interface Attempt {
  readonly wanted: number;
  readonly succeeds: boolean;
}

/** Plays attempts one after the other as the store does: hold, then settle or let go. */
function play(amount: number, attempts: readonly Attempt[]) {
  let figures = { amount, refunded: 0, refundsHeld: 0 };
  for (const { wanted, succeeds } of attempts) {
    if (wanted > refundable(figures)) continue;
    if (!succeeds) continue;
    figures = {
      ...figures,
      refundsHeld: figures.refundsHeld + wanted,
      refunded: figures.refunded + wanted,
    };
  }
  return figures;
}

describe('refunds', () => {
  it('never add up to more than was captured', () => {
    const attempt = fc.record({ wanted: amounts, succeeds: fc.boolean() });
    fc.assert(
      fc.property(amounts, fc.array(attempt), (amount, attempts) => {
        const figures = play(amount, attempts);
        expect(figures.refunded).toBeLessThanOrEqual(amount);
        expect(refundable(figures)).toBe(amount - figures.refunded);
      }),
    );
  });

  it('leave nothing to give back while all of it is held', () => {
    expect(refundable({ amount: 10, refunded: 4, refundsHeld: 10 })).toBe(0);
  });

  it('make a payment partly refunded until the last rupiah', () => {
    expect(statusByRefunds({ amount: 10, refunded: 0, refundsHeld: 10 })).toBe('PAID');
    expect(statusByRefunds({ amount: 10, refunded: 9, refundsHeld: 10 })).toBe('PARTIALLY_REFUNDED');
    expect(statusByRefunds({ amount: 10, refunded: 10, refundsHeld: 10 })).toBe('REFUNDED');
  });
});
