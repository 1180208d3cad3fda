import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freeAmount, type GivenBack, statusByRefunds } from './giving-back.js';

const amounts = fc.integer({ min: 1, max: 1_000_000_000_000 });

interface Attempt {
  readonly kind: 'refund' | 'dispute';
  readonly wanted: number;
  /** The provider gives the refund, or the bank keeps what it disputes. */
  readonly succeeds: boolean;
}

/** Plays attempts one after the other as the store does: hold what is free, then settle or let go. */
function play(amount: number, attempts: readonly Attempt[]): GivenBack {
  let figures: GivenBack = { amount, refunded: 0, refundsHeld: 0, disputesHeld: 0 };
  for (const { kind, wanted, succeeds } of attempts) {
    if (wanted > freeAmount(figures) || !succeeds) continue;
    const { refunded, refundsHeld, disputesHeld } = figures;
    figures =
      kind === 'dispute'
        ? { ...figures, disputesHeld: disputesHeld + wanted }
        : { ...figures, refundsHeld: refundsHeld + wanted, refunded: refunded + wanted };
  }
  return figures;
}

describe('what is given back', () => {
  it('never adds up to more than was captured', () => {
    const attempt = fc.record({
      kind: fc.constantFrom('refund', 'dispute'),
      wanted: amounts,
      succeeds: fc.boolean(),
    });
    fc.assert(
      fc.property(amounts, fc.array(attempt), (amount, attempts) => {
        const figures = play(amount, attempts);
        expect(figures.refunded + figures.disputesHeld).toBeLessThanOrEqual(amount);
        expect(freeAmount(figures)).toBe(amount - figures.refunded - figures.disputesHeld);
      }),
    );
  });

  it('leaves nothing free while all of it is held', () => {
    expect(freeAmount({ amount: 10, refunded: 4, refundsHeld: 7, disputesHeld: 3 })).toBe(0);
  });

  it('makes a payment partly refunded until the last rupiah', () => {
    expect(statusByRefunds({ amount: 10, refunded: 0 })).toBe('PAID');
    expect(statusByRefunds({ amount: 10, refunded: 9 })).toBe('PARTIALLY_REFUNDED');
    expect(statusByRefunds({ amount: 10, refunded: 10 })).toBe('REFUNDED');
  });
});
