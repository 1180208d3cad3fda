import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LoyaltyBalance, pointsFor, reversalOf, standingOf } from './loyalty.js';

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

describe('whatever is earned, spent, given back and refunded, in whatever order', () => {
  type Deed =
    | { readonly kind: 'order'; readonly points: number }
    | { readonly kind: 'redeem'; readonly points: number }
    | { readonly kind: 'refund' | 'return'; readonly which: number };
  const points = fc.integer({ min: 0, max: 500 });
  const which = fc.nat();
  const deed: fc.Arbitrary<Deed> = fc.oneof(
    fc.record({ kind: fc.constant('order'), points }),
    fc.record({ kind: fc.constant('redeem'), points }),
    fc.record({ kind: fc.constantFrom('refund', 'return'), which }),
  );

  /** Plays deeds as the store does: what is not there is neither spent nor refunded nor returned. */
  function play(deeds: readonly Deed[]) {
    let balance: LoyaltyBalance = { points: 0, lifetimePoints: 0 };
    const [orders, redemptions]: [number[], number[]] = [[], []];
    const seen: LoyaltyBalance[] = [];
    for (const each of deeds) {
      let change: LoyaltyBalance = { points: 0, lifetimePoints: 0 };
      if (each.kind === 'order') {
        orders.push(each.points);
        change = { points: each.points, lifetimePoints: each.points };
      } else if (each.kind === 'redeem') {
        if (each.points > balance.points) continue;
        redemptions.push(each.points);
        change = { points: -each.points, lifetimePoints: 0 };
      } else if (each.kind === 'refund') {
        const [earned = 0] = orders.splice(each.which % (orders.length || 1), 1);
        change = reversalOf(earned, balance);
      } else {
        const [spent = 0] = redemptions.splice(each.which % (redemptions.length || 1), 1);
        change = { points: spent, lifetimePoints: 0 };
      }
      balance = {
        points: balance.points + change.points,
        lifetimePoints: balance.lifetimePoints + change.lifetimePoints,
      };
      seen.push(balance);
    }
    return { balance, orders, redemptions, seen };
  }

  const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);

  test('nobody ever owes points, and the tier rests on the orders that stand', () => {
    fc.assert(
      fc.property(fc.array(deed), (deeds) => {
        const { balance, orders, seen } = play(deeds);
        for (const each of seen) expect(each.points).toBeGreaterThanOrEqual(0);
        expect(balance.lifetimePoints).toBe(sum(orders));
      }),
    );
  });

  test('while no order is refunded, points are what was earned less what is spent', () => {
    fc.assert(
      fc.property(fc.array(deed), (deeds) => {
        const { balance, orders, redemptions } = play(deeds.filter(({ kind }) => kind !== 'refund'));
        expect(balance.points).toBe(sum(orders) - sum(redemptions));
      }),
    );
  });
});
