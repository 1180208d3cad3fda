import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spread } from './spread.js';

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
const weights = fc.array(fc.integer({ min: 0, max: 1_000_000_000_000 }), { minLength: 1, maxLength: 50 });

describe('spreading an amount', () => {
  it('gives the remaining rupiah to the largest remainders, the first of equal ones first', () => {
    expect(spread(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(spread(10, [15, 25, 60])).toEqual([2, 2, 6]);
    expect(spread(7, [3, 3, 4])).toEqual([2, 2, 3]);
    expect(spread(0, [5, 5])).toEqual([0, 0]);
    expect(spread(0, [0, 0])).toEqual([0, 0]);
  });

  it('adds up to the amount, each share its exact quota rounded down or up, and none above its weight', () => {
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1, noNaN: true }), (parts, portion) => {
        const amount = Math.floor(sum(parts) * portion);
        const shares = spread(amount, parts);
        expect(sum(shares)).toBe(amount);
        for (const [index, share] of shares.entries()) {
          const weight = parts[index] ?? 0;
          const down = sum(parts) === 0 ? 0 : Number((BigInt(amount) * BigInt(weight)) / BigInt(sum(parts)));
          expect([down, down + 1]).toContain(share);
          expect(share).toBeLessThanOrEqual(weight);
        }
      }),
    );
  });
});
