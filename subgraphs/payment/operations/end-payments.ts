/** Ends the payments of an order that ended: cash is no longer waited for, and whatever was captured is given back. */
import { isVoided } from '../domain/order-status.js';
import { isCaptured } from '../domain/payment-state.js';
import type { Work } from '../store/database.js';
import { lockOrder } from '../store/orders.js';
import { findStandingPayments } from '../store/payments.js';
import { recordFailure } from './record-charge.js';
import { endReasonOf, giveBackUnneeded } from './record-refund.js';

export async function endPayments(work: Work, orderId: string): Promise<void> {
  const order = await lockOrder(work.tx, orderId);
  if (order === null || !isVoided(order.status)) return;
  for (const payment of await findStandingPayments(work.tx, orderId)) {
    if (isCaptured(payment.status)) await giveBackUnneeded(work, order, payment);
    if (payment.status === 'PENDING' && payment.provider === 'CASH') {
      await recordFailure(work, payment, endReasonOf(order), null);
    }
  }
}
