/** Loyalty: what an order earns, and where a sum of points stands. */
export type LoyaltyTier = 'BRONZE' | 'SILVER' | 'GOLD';

/** What a customer holds: points to spend, and every point ever earned. */
export interface LoyaltyBalance {
  readonly points: number;
  readonly lifetimePoints: number;
}

export interface LoyaltyStanding extends LoyaltyBalance {
  readonly tier: LoyaltyTier;
  readonly pointsToNextTier: number | null;
}

const RUPIAH_A_POINT = 1_000;

/** Lifetime points from which each tier holds, lowest first. */
const TIERS: readonly { readonly tier: LoyaltyTier; readonly from: number }[] = [
  { tier: 'BRONZE', from: 0 },
  { tier: 'SILVER', from: 500 },
  { tier: 'GOLD', from: 2_000 },
];

/** One point for each full 1,000 rupiah. */
export function pointsFor(total: number): number {
  return Math.floor(total / RUPIAH_A_POINT);
}

export function standingOf({ points, lifetimePoints }: LoyaltyBalance): LoyaltyStanding {
  const tier = TIERS.findLast(({ from }) => lifetimePoints >= from)?.tier ?? 'BRONZE';
  const next = TIERS.find(({ from }) => lifetimePoints < from);
  return {
    points,
    lifetimePoints,
    tier,
    pointsToNextTier: next === undefined ? null : next.from - lifetimePoints,
  };
}

/** What is taken back when an order that earned `earned` is refunded: no more points than are left, all of the lifetime's. */
export function reversalOf(earned: number, balance: LoyaltyBalance): LoyaltyBalance {
  return { points: -Math.min(earned, balance.points) || 0, lifetimePoints: -earned || 0 };
}
