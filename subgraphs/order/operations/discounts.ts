/** What an order asks to have taken off, and what it may cost: the caller's own redemptions, and the total shown before. */
import { setTimeout as delay } from 'node:timers/promises';
import { type UserError, UserFault } from '../../../platform/errors.js';
import { type Context, callerOf } from '../context.js';
import type { PricedOrder } from '../domain/pricing.js';
import { MAXIMUM_REDEMPTIONS, type Redemption, takeOff } from '../domain/reward.js';
import type { Refusal } from '../store/placement-statement.js';
import { findOwnRedemptions, type OwnRedemption } from '../store/redemptions.js';

export interface Discounts {
  readonly redemptionIds: readonly string[];
  /** Null for whatever it costs. */
  readonly expectedTotal: number | null;
}

/** How long a redemption made a moment ago may take to be heard of here. */
const PATIENCE_MILLISECONDS = 2_000;
const POLL_INTERVAL_MILLISECONDS = 50;

/** The same for all ways to ask the same; nothing when nothing is asked, so that earlier keys keep their meaning. */
export function comparableDiscounts({ redemptionIds, expectedTotal }: Discounts): object {
  return {
    ...(redemptionIds.length > 0 && { redemptionIds: [...redemptionIds].sort() }),
    ...(expectedTotal !== null && { expectedTotal }),
  };
}

/** @throws UserFault naming every redemption that cannot be spent, and why. */
export async function redemptionsOf(
  { database, identity }: Context,
  ids: readonly string[],
): Promise<Redemption[]> {
  if (ids.length === 0) return [];
  if (ids.length > MAXIMUM_REDEMPTIONS) {
    throw UserFault.of('INVALID_INPUT', `At most ${MAXIMUM_REDEMPTIONS} for one order.`, ['redemptionIds']);
  }
  const customerId = callerOf(identity);
  const patience = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  let found = await findOwnRedemptions(database, customerId, ids);
  while (found.includes(null) && !patience.aborted) {
    await delay(POLL_INTERVAL_MILLISECONDS);
    found = await findOwnRedemptions(database, customerId, ids);
  }
  const faults = found.flatMap((redemption, index) => faultOf(ids, redemption, index));
  if (faults.length > 0) throw new UserFault(faults);
  return found.filter((redemption) => redemption !== null);
}

/** @throws UserFault when the rewards leave too little to pay, or the total is not the one shown. */
export function discounted(
  priced: PricedOrder,
  redemptions: readonly Redemption[],
  { expectedTotal }: Discounts,
): PricedOrder {
  const order = takeOff(priced, redemptions);
  if (expectedTotal !== null && expectedTotal !== order.total) {
    throw UserFault.of('PRICE_CHANGED', `The total is ${order.total} rupiah now.`, ['expectedTotal']);
  }
  return order;
}

/** Another was faster: nothing was written. */
export function faultOfRefusal(refusal: Refusal): UserFault {
  return refusal === 'promotion-used-up'
    ? UserFault.of('PRICE_CHANGED', 'Too few pieces are left at the promotional price.')
    : UserFault.of('INVALID_STATE', 'A reward has been spent on another order.', ['redemptionIds']);
}

function faultOf(ids: readonly string[], redemption: OwnRedemption | null, index: number): UserError[] {
  const field = ['redemptionIds', String(index)];
  if (redemption === null) return [{ code: 'NOT_FOUND', field, message: 'You have no such redemption.' }];
  if (redemption.isSpent) {
    return [{ code: 'INVALID_STATE', field, message: 'This has been spent on an order.' }];
  }
  const isRepeated = ids.indexOf(redemption.id) !== index;
  return isRepeated ? [{ code: 'INVALID_INPUT', field, message: 'This is named twice.' }] : [];
}
