/** Rewards that points are spent on, and the redemptions that spend them. */

export interface Reward {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly points: number;
  /** Off one order, in whole rupiah. */
  readonly amountOff: number;
}

const STATUSES = ['AVAILABLE', 'APPLIED', 'RETURNED', 'VOID'] as const;
export type RedemptionStatus = (typeof STATUSES)[number];

export interface Redemption {
  readonly id: string;
  readonly customerId: string;
  readonly reward: Reward;
  /** The reward's name at that time, as the points and the amount. */
  readonly name: string;
  readonly points: number;
  readonly amountOff: number;
  readonly status: RedemptionStatus;
  /** The order that it was spent on. */
  readonly orderId: string | null;
  readonly redeemedAt: Date;
}

export function redemptionStatus(status: string): RedemptionStatus {
  const known = STATUSES.find((each) => each === status);
  if (known === undefined) throw new Error(`No such status of a redemption: ${status}`);
  return known;
}
