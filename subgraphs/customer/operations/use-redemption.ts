/**
 * What orders do to redemptions. An order uses one; when the order ends before it is completed, the points come back, once. A
 * redemption that became void while an order was using it stays used, and its points are charged again.
 */
import type { RewardUse } from '../../../platform/events/event-types.js';
import type { Redemption } from '../domain/reward.js';
import type { Transaction, Work } from '../store/database.js';
import { findAccountForUpdate, insertEntry } from '../store/loyalty.js';
import { findRedemption, updateRedemption } from '../store/redemptions.js';

/** For `order.reward-applied`. */
export async function applyRedemption(
  { tx }: Work,
  { redemptionId, customerId, orderId }: RewardUse,
): Promise<void> {
  await findAccountForUpdate(tx, customerId);
  const redemption = await findRedemption(tx, redemptionId, customerId);
  if (redemption?.status !== 'AVAILABLE' && redemption?.status !== 'VOID') return;
  await updateRedemption(tx, redemptionId, 'APPLIED', orderId);
  if (redemption.status === 'VOID') await chargeAgain(tx, redemption);
}

/** For `order.reward-returned`. Null when the points are back already; otherwise the points, and what there is now. */
export async function returnRedemption(
  { tx }: Work,
  { redemptionId, customerId, orderId }: RewardUse,
): Promise<{ readonly points: number; readonly balance: number } | null> {
  await findAccountForUpdate(tx, customerId);
  const redemption = await findRedemption(tx, redemptionId, customerId);
  if (redemption === null || redemption.status === 'RETURNED') return null;
  await updateRedemption(tx, redemptionId, 'RETURNED', orderId);
  if (redemption.status === 'VOID') await chargeAgain(tx, redemption);
  const { points } = redemption;
  const change = { points, lifetimePoints: 0 };
  const account = await insertEntry(tx, { customerId, kind: 'RETURNED', redemptionId, change });
  return redemption.status === 'VOID' ? null : { points, balance: account.points };
}

async function chargeAgain(tx: Transaction, { id, customerId, points }: Redemption): Promise<void> {
  const change = { points: -points, lifetimePoints: 0 };
  await insertEntry(tx, { customerId, kind: 'REINSTATED', redemptionId: id, change });
}
