/** Customers spend points on a reward. The account is locked meanwhile, so no point is spent twice. */
import { notFound, UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../platform/kit/idempotency.js';
import type { RedeemRewardInput } from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import type { Redemption } from '../domain/reward.js';
import { redeemedEvent } from '../published.js';
import type { Work } from '../store/database.js';
import { findAccountForUpdate, insertEntry } from '../store/loyalty.js';
import { findOfferedReward, findRedemption, insertRedemption } from '../store/redemptions.js';

/** @throws NOT_FOUND, UserFault INSUFFICIENT_POINTS or IDEMPOTENCY_KEY_REUSED. */
export async function redeemReward(
  { database, cause, identity }: Pick<Context, 'database' | 'cause' | 'identity'>,
  { rewardId, idempotencyKey }: RedeemRewardInput,
): Promise<Redemption> {
  const customerId = callerOf(identity);
  const request = idempotentRequest('redeemReward', customerId, idempotencyKey, { rewardId });
  if (!isId(rewardId)) throw notFound('Reward');
  return database.work(cause, async (work) => {
    const account = await findAccountForUpdate(work.tx, customerId);
    const redemptionId = newId();
    const id = await writeOnce(work.tx, request, redemptionId, () =>
      spendPoints(work, { redemptionId, customerId, rewardId, balance: account.points }),
    );
    const redemption = await findRedemption(work.tx, id, customerId);
    if (redemption === null) throw notFound('Redemption');
    return redemption;
  });
}

interface Spending {
  readonly redemptionId: string;
  readonly customerId: string;
  readonly rewardId: string;
  /** Points before. */
  readonly balance: number;
}

async function spendPoints(
  { tx, emit }: Work,
  { redemptionId, customerId, rewardId, balance }: Spending,
): Promise<void> {
  const reward = await findOfferedReward(tx, rewardId);
  if (reward === null) throw notFound('Reward');
  const { name, points, amountOff } = reward;
  if (balance < points) {
    const message = `${name} costs ${points} points; you have ${Math.max(0, balance)}.`;
    throw UserFault.of('INSUFFICIENT_POINTS', message, ['rewardId']);
  }
  await insertRedemption(tx, redemptionId, customerId, reward);
  const change = { points: -points, lifetimePoints: 0 };
  await insertEntry(tx, { customerId, kind: 'REDEEMED', redemptionId, change });
  emit(redeemedEvent({ id: redemptionId, customerId, name, points, amountOff }));
}
