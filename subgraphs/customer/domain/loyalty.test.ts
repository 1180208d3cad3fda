import { describe, expect, test } from 'vitest';
import { pointsFor, reversalOf, standingOf } from './loyalty.js';

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
        lifetimePoints,
        tier,
        pointsToNextTier,
      });
    },
  );

  test('spending points does not lower the tier', () => {
    expect(standingOf({ points: 0, lifetimePoints: 600 }).tier).toBe('SILVER');
  });
});

describe('a refunded order', () => {
  test('gives back what it earned', () => {
    expect(reversalOf(25, { points: 40, lifetimePoints: 90 })).toEqual({ points: -25, lifetimePoints: -25 });
  });

  test('leaves no debt when the points are spent already', () => {
    expect(reversalOf(25, { points: 10, lifetimePoints: 90 })).toEqual({ points: -10, lifetimePoints: -25 });
  });
});
