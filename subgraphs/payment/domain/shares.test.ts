import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paidOf, type SharedMoney, sharesLeaving, sharesOf } from './shares.js';

const part = fc.integer({ min: 0, max: 1_000 });

const payments: fc.Arbitrary<SharedMoney> = fc
  .record({ sale: part, tip: part, excess: part, isSurplus: fc.boolean() })
  .map(({ sale, tip, excess, isSurplus }) => ({ amount: sale + tip + excess, tip, excess, isSurplus }));

function total({ sale, tip, surplus }: ReturnType<typeof sharesOf>): number {
  return sale + tip + surplus;
}

describe('the shares of a payment', () => {
  it('add up to what was charged', () => {
    fc.assert(
      fc.property(payments, (payment) => {
        expect(total(sharesOf(payment))).toBe(payment.amount);
      }),
    );
  });

  it('are all gone once all of it has gone, in however many pieces', () => {
    fc.assert(
      fc.property(payments, fc.array(part), (payment, pieces) => {
        let gone = 0;
        const sums = { sale: 0, tip: 0, surplus: 0 };
        for (const piece of [...pieces, payment.amount]) {
          const amount = Math.min(piece, payment.amount - gone);
          const shares = sharesLeaving(payment, gone, amount);
          expect(total(shares)).toBe(amount);
          for (const share of ['sale', 'tip', 'surplus'] as const) sums[share] += shares[share];
          gone += amount;
        }
        expect(sums).toEqual(sharesOf(payment));
      }),
    );
  });

  it('go in turn: what is for nothing, the order’s, the tip', () => {
    const payment = { amount: 100, tip: 10, excess: 20, isSurplus: false };
    expect(sharesLeaving(payment, 0, 25)).toEqual({ surplus: 20, sale: 5, tip: 0 });
    expect(sharesLeaving(payment, 25, 70)).toEqual({ surplus: 0, sale: 65, tip: 5 });
  });

  it('count for the order what is neither given back nor disputed', () => {
    const payment = { amount: 100, tip: 10, excess: 0, isSurplus: false };
    expect(paidOf({ ...payment, refundsHeld: 0, disputesHeld: 0 })).toBe(90);
    expect(paidOf({ ...payment, refundsHeld: 20, disputesHeld: 5 })).toBe(65);
    expect(paidOf({ ...payment, refundsHeld: 100, disputesHeld: 0 })).toBe(0);
  });
});
