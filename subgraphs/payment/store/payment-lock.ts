/** Locks a payment by its order's lock, which everybody takes first who decides about an order's payments. */
import type { Transaction } from './database.js';
import { lockOrder, type OrderCopy } from './orders.js';
import { type Payment, paymentOf } from './records.js';

export async function lockPayment(
  tx: Transaction,
  paymentId: string,
): Promise<{ order: OrderCopy; payment: Payment }> {
  const where = { id: paymentId };
  const { orderId } = await tx.payment.findUniqueOrThrow({ where, select: { orderId: true } });
  const order = await lockOrder(tx, orderId);
  if (order === null) throw new Error(`Order ${orderId} of payment ${paymentId} is gone`);
  return { order, payment: paymentOf(await tx.payment.findUniqueOrThrow({ where })) };
}
