/** What redeemed rewards take off an order: their whole amount or nothing, so that no points are wasted. */
import { UserFault } from '../../../platform/errors.js';
import { add } from '../../../platform/money.js';
import type { PricedOrder } from './pricing.js';

export interface Redemption {
  readonly id: string;
  readonly amountOff: number;
}

/** The smallest total after rewards, so that there is something to pay. */
export const LEAST_TO_PAY = 1_000;

export const MAXIMUM_REDEMPTIONS = 10;

/** @throws UserFault when less than `LEAST_TO_PAY` would be left. */
export function takeOff(priced: PricedOrder, redemptions: readonly Redemption[]): PricedOrder {
  const discount = add(...redemptions.map(({ amountOff }) => amountOff));
  return {
    ...discountedBy(priced, discount, 'redemptionIds'),
    redemptionIds: redemptions.map(({ id }) => id),
  };
}

/**
 * @param rewardDiscount at least 0. @param field of the input that it comes from.
 * @throws UserFault when less than `LEAST_TO_PAY` would be left.
 */
export function discountedBy(priced: PricedOrder, rewardDiscount: number, field: string): PricedOrder {
  if (rewardDiscount === 0) return priced;
  const total = priced.total - rewardDiscount;
  if (total < LEAST_TO_PAY) {
    const message = `Rewards leave at least ${LEAST_TO_PAY} rupiah to pay; these would take ${rewardDiscount} off ${priced.total}.`;
    throw UserFault.of('INVALID_INPUT', message, [field]);
  }
  return { ...priced, total, rewardDiscount };
}
