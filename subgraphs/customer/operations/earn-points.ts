/**
 * What an order does to its customer's points: its completion earns them, unless the kitchen undoes it; its refunds and lost disputes take them
 * back in proportion. They arrive in any order and more than once; the ledger always ends at what the order keeps.
 */
import { type OrderRefund, pointsFor, pointsKept } from '../domain/loyalty.js';
import { pointsEarnedEvent } from '../published.js';
import { isCustomer } from '../store/customers.js';
import type { Work } from '../store/database.js';
import {
  findAccountForUpdate,
  findOrderPoints,
  findOrderRefund,
  insertEntry,
  type LoyaltyAccount,
  updateOrderRefund,
} from '../store/loyalty.js';
import { voidUnpaidRedemptions } from './void-redemptions.js';

export interface CompletedOrder {
  readonly customerId: string;
  readonly orderId: string;
  readonly total: number;
  /** The order's version when it was completed. */
  readonly version: number;
}

/** What an order has added to an account. */
export interface EarnedPoints {
  readonly points: number;
  readonly balance: number;
}

/** For `order.completed`. Null when nothing is earned, or was earned before. */
export async function earnPoints(
  work: Work,
  { customerId, orderId, total, version }: CompletedOrder,
): Promise<EarnedPoints | null> {
  const { tx, emit } = work;
  if (!(await isCustomer(tx, customerId))) return null;
  const before = await findAccountForUpdate(tx, customerId);
  const known = await findOrderPoints(tx, orderId);
  if (known !== null && known.version >= version) return null;
  const earned = pointsFor(total) - (known?.points ?? 0);
  const credited = await insertEntry(tx, {
    ...{ customerId, orderId, orderVersion: version, kind: 'EARNED', orderTotal: total },
    change: { points: earned, lifetimePoints: earned },
  });
  const account = (await reverseRefundedPoints(work, customerId, orderId)) ?? credited;
  const points = account.lifetimePoints - before.lifetimePoints;
  if (points === 0) return null;
  emit(pointsEarnedEvent({ customerId, orderId }, points, account));
  return { points, balance: account.points };
}

/** For the completion of an order that was undone (`order.step-undone`). */
export async function takeBackPoints(
  work: Work,
  { customerId, orderId, version }: Omit<CompletedOrder, 'total'>,
): Promise<void> {
  const { tx } = work;
  if (!(await isCustomer(tx, customerId))) return;
  await findAccountForUpdate(tx, customerId);
  const known = await findOrderPoints(tx, orderId);
  if (known !== null && known.version >= version) return;
  const back = 0 - (known?.points ?? 0);
  const account = await insertEntry(tx, {
    ...{ customerId, orderId, orderVersion: version, kind: 'UNDONE' },
    change: { points: back, lifetimePoints: back },
  });
  await voidUnpaidRedemptions(work, customerId, account.points);
}

/** For `payment.refunded`, `order.refunded` and a lost dispute. */
export async function refundPoints(
  work: Work,
  { customerId, orderId }: { readonly customerId: string; readonly orderId: string },
  refund: OrderRefund,
): Promise<void> {
  const { tx } = work;
  if (!(await isCustomer(tx, customerId))) return;
  await findAccountForUpdate(tx, customerId);
  await updateOrderRefund(tx, orderId, refund);
  const account = await reverseRefundedPoints(work, customerId, orderId);
  if (account !== null) await voidUnpaidRedemptions(work, customerId, account.points);
}

/** Null when the order has earned nothing yet, or has nothing to give back. */
async function reverseRefundedPoints(
  { tx }: Work,
  customerId: string,
  orderId: string,
): Promise<LoyaltyAccount | null> {
  const order = await findOrderPoints(tx, orderId);
  const refund = await findOrderRefund(tx, orderId);
  if (order === null || refund === null) return null;
  const excess = order.points - pointsKept(order.total ?? refund.captured, refund);
  if (excess <= 0) return null;
  const change = { points: -excess, lifetimePoints: -excess };
  return insertEntry(tx, { customerId, orderId, kind: 'REVERSED', change });
}
