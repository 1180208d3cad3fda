/** Customers spend points on a reward. The account is locked meanwhile, so no point is spent twice. */
import { notFound, UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { checkedKey, keyReused } from '../../../platform/kit/idempotency.js';
import type { RedeemRewardInput } from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import type { Redemption } from '../domain/reward.js';
import { redeemedEvent } from '../published.js';
import { findAccountForUpdate, insertEntry } from '../store/loyalty.js';
import { findOfferedReward, findRedemptionByKey, insertRedemption } from '../store/redemptions.js';

/** @throws NOT_FOUND, UserFault INSUFFICIENT_POINTS or IDEMPOTENCY_KEY_REUSED. */
export async function redeemReward(
  { database, cause, identity }: Pick<Context, 'database' | 'cause' | 'identity'>,
  { rewardId, idempotencyKey }: RedeemRewardInput,
): Promise<Redemption> {
  const customerId = callerOf(identity);
  const key = checkedKey(idempotencyKey);
  if (!isId(rewardId)) throw notFound('Reward');
  return database.work(cause, async ({ tx, emit }) => {
    const balance = await findAccountForUpdate(tx, customerId);
    const earlier = await findRedemptionByKey(tx, customerId, key);
    if (earlier !== null && earlier.reward.id !== rewardId) throw keyReused();
    if (earlier !== null) return earlier;
    const reward = await findOfferedReward(tx, rewardId);
    if (reward === null) throw notFound('Reward');
    const { name, points, amountOff } = reward;
    if (balance.points < points) {
      const message = `${name} costs ${points} points; you have ${Math.max(0, balance.points)}.`;
      throw UserFault.of('INSUFFICIENT_POINTS', message, ['rewardId']);
    }
    const redemption = await insertRedemption(tx, newId(), customerId, reward, key);
    const change = { points: -points, lifetimePoints: 0 };
    await insertEntry(tx, { customerId, kind: 'REDEEMED', redemptionId: redemption.id, change });
    emit(redeemedEvent({ id: redemption.id, customerId, name, points, amountOff }));
    return redemption;
  });
}
