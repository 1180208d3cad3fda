import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointsFor, pointsKept, standingOf } from './loyalty.js';

describe('points', () => {
  test.each([
    [0, 0],
    [999, 0],
    [1_000, 1],
    [25_999, 25],
    [1_000_000_000, 1_000_000],
  ])('an order of %i rupiah earns %i', (total, points) => {
    expect(pointsFor(total)).toBe(points);
  });
});

describe('tiers', () => {
  test.each([
    [0, 'BRONZE', 500],
    [499, 'BRONZE', 1],
    [500, 'SILVER', 1_500],
    [1_999, 'SILVER', 1],
    [2_000, 'GOLD', null],
  ] as const)(
    '%i points ever earned are %s, %s short of the next',
    (lifetimePoints, tier, pointsToNextTier) => {
      expect(standingOf({ points: 7, lifetimePoints })).toEqual({
        points: 7,
        pointsOwed: 0,
        lifetimePoints,
        tier,
        pointsToNextTier,
      });
    },
  );

  test('points below nothing are owed and cannot be spent', () => {
    expect(standingOf({ points: -7, lifetimePoints: 0 })).toMatchObject({ points: 0, pointsOwed: 7 });
  });

  test('spending points does not lower the tier', () => {
    expect(standingOf({ points: 0, lifetimePoints: 600 }).tier).toBe('SILVER');
  });
});

describe('an order that is refunded', () => {
  const refund = (refunded: number, captured: number) => ({ refunded, captured, isWhole: false });

  test.each([
    [42_000, 0, 42],
    [42_000, 1, 41],
    [42_000, 21_000, 21],
    [42_000, 41_999, 0],
    [42_000, 42_000, 0],
    [25_999, 999, 25],
    [25_999, 1_000, 24],
  ])('of %i rupiah by %i keeps %i points', (total, refunded, points) => {
    expect(pointsKept(total, refund(refunded, total))).toBe(points);
  });

  test('whole keeps none', () => {
    expect(pointsKept(42_000, { refunded: 0, captured: 0, isWhole: true })).toBe(0);
  });

  test('loses by many refunds what it loses by one of their sum, and never more than it earned', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000_000 }),
        fc.array(fc.integer({ min: 1, max: 1_000_000_000 })),
        (total, amounts) => {
          let [refunded, points] = [0, pointsFor(total)];
          for (const amount of amounts) {
            refunded = Math.min(total, refunded + amount);
            const kept = pointsKept(total, refund(refunded, total));
            expect(kept).toBeLessThanOrEqual(points);
            points = kept;
          }
          expect(points).toBe(pointsFor(total - refunded));
        },
      ),
    );
  });
});

const totals = fc.integer({ min: 0, max: 1_000_000_000_000 });

test('no order earns more by being split, and none earns less by costing more', () => {
  fc.assert(
    fc.property(totals, totals, (one, other) => {
      expect(pointsFor(one) + pointsFor(other)).toBeLessThanOrEqual(pointsFor(one + other));
      expect(pointsFor(one + other)).toBeLessThanOrEqual(pointsFor(one) + pointsFor(other) + 1);
    }),
  );
});

test('the points that a tier is short of are exactly those that lead out of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3_000 }), (lifetimePoints) => {
      const tierAt = (points: number) => standingOf({ points: 0, lifetimePoints: points }).tier;
      const { tier, pointsToNextTier } = standingOf({ points: 0, lifetimePoints });
      if (pointsToNextTier === null) {
        expect(tierAt(lifetimePoints + 1_000_000)).toBe(tier);
      } else {
        expect(tierAt(lifetimePoints + pointsToNextTier - 1)).toBe(tier);
        expect(tierAt(lifetimePoints + pointsToNextTier)).not.toBe(tier);
      }
    }),
  );
});
