/** The caller's redeemed rewards, checked before an order spends them. */
import { type UserError, UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { Context } from '../context.js';
import { MAXIMUM_REDEMPTIONS, type Redemption } from '../domain/reward.js';
import { findOwnRedemptions, type OwnRedemption } from '../store/redemptions.js';

/**
 * Waits for redemptions made a moment ago, whose events may be on the way.
 * @throws UserFault naming every redemption that cannot be spent, and why.
 */
export async function findSpendableRedemptions(
  { database, identity }: Context,
  ids: readonly string[],
): Promise<Redemption[]> {
  if (ids.length === 0) return [];
  if (ids.length > MAXIMUM_REDEMPTIONS) {
    throw UserFault.of('INVALID_INPUT', `At most ${MAXIMUM_REDEMPTIONS} for one order.`, ['redemptionIds']);
  }
  const customerId = callerOf(identity);
  const find = () => findOwnRedemptions(database, customerId, ids);
  let found = await find();
  for (const [index, id] of ids.entries()) {
    if (found[index] !== null) continue;
    const awaited = await findYoung(id, async () => {
      found = await find();
      return found[index];
    });
    if (awaited === null) break;
  }
  const faults = found.flatMap((redemption, index) => faultOf(ids, redemption, index));
  if (faults.length > 0) throw new UserFault(faults);
  return found.filter((redemption) => redemption !== null);
}

function faultOf(ids: readonly string[], redemption: OwnRedemption | null, index: number): UserError[] {
  const field = ['redemptionIds', String(index)];
  if (redemption === null) return [{ code: 'NOT_FOUND', field, message: 'You have no such redemption.' }];
  if (redemption.isSpent) {
    return [{ code: 'INVALID_STATE', field, message: 'This has been spent on an order.' }];
  }
  if (redemption.isVoid) {
    const message = 'The points of this reward were taken back.';
    return [{ code: 'INVALID_STATE', field, message }];
  }
  const isRepeated = ids.indexOf(redemption.id) !== index;
  return isRepeated ? [{ code: 'INVALID_INPUT', field, message: 'This is named twice.' }] : [];
}
