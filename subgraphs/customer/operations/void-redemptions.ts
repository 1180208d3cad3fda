/**
 * Takes back rewards that are no longer paid for. When a refund takes more points than a customer has left, redemptions that no
 * order has used become void, newest first, and their points cover the debt; what they cannot cover stays owed.
 */
import { voidedRewardNotice } from '../domain/notice.js';
import type { Redemption } from '../domain/reward.js';
import { voidedEvent } from '../published.js';
import type { Work } from '../store/database.js';
import { insertEntry } from '../store/loyalty.js';
import { insertNotifications } from '../store/notifications.js';
import { findAvailableRedemptions, updateRedemption } from '../store/redemptions.js';

/** @param points of the account, which must be locked. */
export async function voidUnpaidRedemptions(work: Work, customerId: string, points: number): Promise<void> {
  if (points >= 0) return;
  let balance = points;
  for (const redemption of await findAvailableRedemptions(work.tx, customerId)) {
    if (balance >= 0) return;
    balance = await voidRedemption(work, redemption);
  }
}

/** @returns the points of the account. */
async function voidRedemption(work: Work, { id, customerId, name, points }: Redemption): Promise<number> {
  const { tx, emit } = work;
  await updateRedemption(tx, id, 'VOID', null);
  const change = { points, lifetimePoints: 0 };
  const account = await insertEntry(tx, { customerId, kind: 'VOIDED', redemptionId: id, change });
  emit(voidedEvent({ id, customerId }));
  await insertNotifications(work, [voidedRewardNotice(customerId, name)]);
  return account.points;
}
