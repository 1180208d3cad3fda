import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GivenBack, refundableAmount, statusByRefunds, unaccountedRefunds } from './refundable.js';

const amounts = fc.integer({ min: 1, max: 1_000_000_000_000 });

type Step =
  | { readonly kind: 'refund' | 'dispute'; readonly wanted: number }
  /** The provider or the bank answers to what is open: the money goes back to the guest, or it does not. */
  | { readonly kind: 'answer'; readonly which: number; readonly isGiven: boolean };

/** Plays steps one after the other as the store does: hold what is free, then settle or release it. */
function play(amount: number, steps: readonly Step[]): GivenBack[] {
  let figures: GivenBack = { amount, refunded: 0, refundsHeld: 0, disputesHeld: 0 };
  const open: { kind: 'refund' | 'dispute'; wanted: number }[] = [];
  return steps.map((step) => {
    const { refunded, refundsHeld, disputesHeld } = figures;
    if (step.kind === 'answer') {
      const [answered] = open.splice(step.which % (open.length || 1), 1);
      const { kind, wanted } = answered ?? { kind: 'dispute', wanted: 0 };
      if (kind === 'refund' && step.isGiven) figures = { ...figures, refunded: refunded + wanted };
      if (kind === 'refund' && !step.isGiven) figures = { ...figures, refundsHeld: refundsHeld - wanted };
      if (kind === 'dispute' && !step.isGiven) figures = { ...figures, disputesHeld: disputesHeld - wanted };
    } else if (step.wanted <= refundableAmount(figures)) {
      open.push(step);
      const { kind, wanted } = step;
      if (kind === 'refund') figures = { ...figures, refundsHeld: refundsHeld + wanted };
      else figures = { ...figures, disputesHeld: disputesHeld + wanted };
    }
    return figures;
  });
}

describe('what is given back', () => {
  // Parts of a sum, so that many of them fit into it and many do not.
  const captured = 1_000;
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      kind: fc.constantFrom('refund', 'dispute'),
      wanted: fc.integer({ min: 1, max: captured + 1 }),
    }),
    fc.record({ kind: fc.constant('answer'), which: fc.nat(), isGiven: fc.boolean() }),
  );

  it('never adds up to more than was captured, whatever is requested while other things are open', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        for (const figures of play(captured, steps)) {
          expect(figures.refunded).toBeLessThanOrEqual(figures.refundsHeld);
          expect(refundableAmount(figures)).toBeGreaterThanOrEqual(0);
          expect(figures.refunded + figures.disputesHeld).toBeLessThanOrEqual(captured);
        }
      }),
    );
  });

  it('makes a payment refunded exactly when nothing more could be refunded', () => {
    fc.assert(
      fc.property(amounts, amounts, (amount, refunded) => {
        fc.pre(refunded <= amount);
        const isWhole = refundableAmount({ amount, refunded, refundsHeld: refunded, disputesHeld: 0 }) === 0;
        expect(statusByRefunds({ amount, refunded })).toBe(isWhole ? 'REFUNDED' : 'PARTIALLY_REFUNDED');
      }),
    );
  });

  it('leaves nothing free while all of it is held', () => {
    expect(refundableAmount({ amount: 10, refunded: 4, refundsHeld: 7, disputesHeld: 3 })).toBe(0);
  });

  it('makes a payment partly refunded until the last rupiah', () => {
    expect(statusByRefunds({ amount: 10, refunded: 0 })).toBe('PAID');
    expect(statusByRefunds({ amount: 10, refunded: 9 })).toBe('PARTIALLY_REFUNDED');
    expect(statusByRefunds({ amount: 10, refunded: 10 })).toBe('REFUNDED');
  });
});

describe('refunds at a provider that are not ours', () => {
  const ours = [
    { id: 'ours-done', status: 'SUCCEEDED', transactionId: '1' },
    { id: 'ours-sent', status: 'PENDING', transactionId: null },
    { id: 'ours-refused', status: 'FAILED', transactionId: null },
  ] as const;
  const listed = (transactionId: string, key: string | null, status = 'SUCCEEDED' as const) => ({
    transactionId,
    key,
    status,
  });

  it('are those that neither id nor key ties to one of ours', () => {
    const dashboard = [listed('7', 'made-up'), listed('8', null)];
    const list = [listed('1', 'ours-done'), listed('2', 'ours-sent'), listed('1', null), ...dashboard];
    expect(unaccountedRefunds(list, ours)).toEqual(dashboard);
  });

  it('include one that was refused to us and made all the same', () => {
    const made = listed('9', 'ours-refused');
    expect(unaccountedRefunds([made], ours)).toEqual([made]);
  });

  it('do not include failed ones', () => {
    expect(unaccountedRefunds([{ transactionId: '9', key: null, status: 'FAILED' }], ours)).toEqual([]);
  });
});
