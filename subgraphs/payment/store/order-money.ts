/** What refunds and lost disputes have left of an order's money. Its order is locked by then. */
import { type MoneyOfOrder, moneyOfOrder } from '../domain/order-money.js';
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
