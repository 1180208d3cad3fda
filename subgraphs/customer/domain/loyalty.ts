/** Loyalty: what an order earns, what it keeps after refunds, and where a sum of points stands. */
export type LoyaltyTier = 'BRONZE' | 'SILVER' | 'GOLD';

/** The sums of a customer's ledger. Points below 0 are owed. */
export interface LoyaltyBalance {
  readonly points: number;
  readonly lifetimePoints: number;
}

export interface LoyaltyStanding {
  readonly tier: LoyaltyTier;
  /** That can be spent. */
  readonly points: number;
  readonly pointsOwed: number;
  readonly lifetimePoints: number;
  readonly pointsToNextTier: number | null;
}

/** What is gone of an order's payment: given back, or lost to disputes. */
export interface OrderRefund {
  readonly refunded: number;
  readonly captured: number;
  readonly isWhole: boolean;
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

/**
 * The points that an order keeps: those of what was paid and has not gone back. It depends on the sum of the refunds alone, so
 * any number of partial refunds takes exactly what one of their sum would take.
 */
export function pointsKept(total: number, { refunded, isWhole }: OrderRefund): number {
  return isWhole ? 0 : pointsFor(Math.max(0, total - refunded));
}

export function standingOf({ points, lifetimePoints }: LoyaltyBalance): LoyaltyStanding {
  const tier = TIERS.findLast(({ from }) => lifetimePoints >= from)?.tier ?? 'BRONZE';
  const next = TIERS.find(({ from }) => lifetimePoints < from);
  return {
    tier,
    points: Math.max(0, points),
    pointsOwed: Math.max(0, -points),
    lifetimePoints,
    pointsToNextTier: next === undefined ? null : next.from - lifetimePoints,
  };
}
