/**
 * Takes over what came of a charge, in a transaction that has the order locked and sees everything that may have happened
 * to the two meanwhile. Most charges need no more than one statement (charge-statements.ts).
 */
import { UserFault } from '../../../platform/errors.js';
import { CURRENCY } from '../../../platform/money.js';
import { isVoided } from '../domain/order-status.js';
import { canBecome } from '../domain/payment-state.js';
import { secondsUntilCheck } from '../domain/retry-schedule.js';
import type { Charge } from '../providers/provider.js';
import type { Work } from './database.js';
import { book } from './ledger.js';
import type { OrderCopy } from './orders.js';
import { changePayment, inSeconds, nextRefundLookup } from './payment-change.js';
import { capturedEvent, emitFailed } from './payment-events.js';
import { lockPayment } from './payment-lock.js';
import type { Payment } from './records.js';
import { giveBackUnneeded } from './refund-changes.js';

/**
 * Takes over what the provider says of a charge; what it has said before, or what would lead back, changes nothing.
 * Money for an order that is dead, or that another payment has, is given back in the same breath.
 * @throws when it is of another payment, amount or currency: nobody may take that for ours.
 */
export async function recordCharge(work: Work, paymentId: string, charge: Charge): Promise<Payment> {
  const { order, payment } = await lockPayment(work.tx, paymentId);
  assertMatchesPayment(charge, payment);
  if (charge.status === 'PAID' && canBecome(payment.status, 'PAID')) {
    return recordCapture(work, order, payment, charge.transactionId);
  }
  if (charge.status === 'FAILED' && canBecome(payment.status, 'FAILED')) {
    return recordFailure(work, payment, charge.failureReason ?? 'FAILED', charge.transactionId);
  }
  if (payment.status !== 'PENDING') return payment;
  const { transactionId, redirectUrl, qrCode } = charge;
  const isNews = transactionId !== payment.transactionId;
  return changePayment(work, payment, {
    transactionId,
    redirectUrl,
    qrCode,
    version: payment.version + (isNews ? 1 : 0),
    nextCheckAt: inSeconds(secondsUntilCheck(payment.checks)),
  });
}

export function assertMatchesPayment(charge: Charge, payment: Payment): void {
  const isOurs =
    charge.paymentId === payment.id && charge.amount === payment.amount && charge.currency === CURRENCY;
  if (!isOurs) throw new Error(`Charge ${charge.transactionId} is not what payment ${payment.id} asked for`);
}

/** The provider will never charge it. */
export async function recordRefusal(work: Work, paymentId: string, reason: string): Promise<Payment> {
  const { payment } = await lockPayment(work.tx, paymentId);
  return canBecome(payment.status, 'FAILED') ? recordFailure(work, payment, reason, null) : payment;
}

/** Cash came over the counter. @throws UserFault when the payment waits for no cash. */
export async function recordCash(work: Work, paymentId: string): Promise<Payment> {
  const { order, payment } = await lockPayment(work.tx, paymentId);
  if (payment.method !== 'CASH' || payment.status !== 'PENDING' || isVoided(order.status)) {
    throw UserFault.of('INVALID_STATE', 'This payment does not wait for cash', ['paymentId']);
  }
  return recordCapture(work, order, payment, null);
}

async function recordCapture(
  work: Work,
  order: OrderCopy,
  payment: Payment,
  transactionId: string | null,
): Promise<Payment> {
  const rival = await work.tx.payment.findFirst({
    where: { orderId: order.id, id: { not: payment.id }, isSurplus: false, status: { not: 'FAILED' } },
  });
  const isSurplus = rival !== null;
  const paidAt = new Date();
  const paid = await changePayment(work, payment, {
    status: 'PAID',
    isSurplus,
    transactionId,
    failureReason: null,
    paidAt,
    version: payment.version + 1,
    nextCheckAt: null,
    refundLookupAt: nextRefundLookup({ ...payment, paidAt }, paidAt),
  });
  await book(work.tx, 'CAPTURE', paid, paid);
  if (!isSurplus) work.emit(capturedEvent(paid, paidAt));
  return giveBackUnneeded(work, order, paid);
}

async function recordFailure(
  work: Work,
  payment: Payment,
  reason: string,
  transactionId: string | null,
): Promise<Payment> {
  const failed = await changePayment(work, payment, {
    status: 'FAILED',
    failureReason: reason,
    transactionId: transactionId ?? payment.transactionId,
    version: payment.version + 1,
    nextCheckAt: null,
  });
  emitFailed(work, failed, reason);
  return failed;
}
