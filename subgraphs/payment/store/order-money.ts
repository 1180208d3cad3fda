/** What refunds and lost disputes have left of an order's money, and what they took of it is for. Its order is locked by then. */
import { add } from '../../../platform/money.js';
import { type ChargeShares, sharesBetween } from '../../../platform/order-charges.js';
import { type MoneyOfOrder, moneyOfOrder } from '../domain/order-money.js';
import type { OrderCopy, Payment } from '../domain/records.js';
import { saleGone } from '../domain/shares.js';
import type { Transaction } from './database.js';
import { findLostTotal } from './disputes.js';
import { findStandingPayments } from './payments.js';

/** Null where one payment alone paid for the order, and for nothing else. */
export async function findMoneyOfOrder(tx: Transaction, orderId: string): Promise<MoneyOfOrder | null> {
  const standing = await findStandingPayments(tx, orderId);
  const lostTotals = new Map<string, number>();
  for (const { id, disputesHeld } of standing) {
    if (disputesHeld > 0) lostTotals.set(id, await findLostTotal(tx, id));
  }
  return moneyOfOrder(standing, lostTotals);
}

interface Leaving {
  /** What disputes have taken of the payment for good. */
  readonly lost: number;
  /** What leaves of the order's money now. */
  readonly sale: number;
  /** As `findMoneyOfOrder` has it. */
  readonly money: MoneyOfOrder | null;
}

/**
 * What the money of an order that has just left a payment is for; undefined where nothing of the order's has, or its total was not met.
 * @param order of the payment, whether in use or archived. @param payment after it.
 */
export function saleLeaving(
  order: OrderCopy,
  payment: Payment,
  { lost, sale, money }: Leaving,
): ChargeShares | undefined {
  if (sale === 0 || payment.isDeposit || order.total === null) return undefined;
  const to = money?.goneTotal ?? saleGone(payment, add(payment.refunded, lost));
  return sharesBetween(order.charges, order.total, { from: to - sale, to });
}
