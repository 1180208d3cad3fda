/**
 * Writes a payment down before anybody is asked for money, and what came of it after. Between the two no transaction is
 * open; a payment whose charge was never recorded is due for a check and found by the sweep.
 */
import { UserFault } from '../../../platform/errors.js';
import { CALL_LEASE_SECONDS, secondsUntilCheck } from '../domain/checks.js';
import { type PaymentMethod, providerOf } from '../domain/methods.js';
import { isDead, payability } from '../domain/order-status.js';
import { canBecome } from '../domain/payment-state.js';
import type { Charge, ChargeChannel } from '../providers/provider.js';
import type { Work } from './database.js';
import { book } from './ledger.js';
import { lockOrder, type OrderCopy } from './orders.js';
import { changePayment, inSeconds } from './payment-change.js';
import { emitCaptured, emitFailed, tellWatchers } from './payment-events.js';
import { lockPayment } from './payment-lock.js';
import { type Payment, paymentOf } from './records.js';
import { giveBackFor } from './refunding.js';

export interface NewPayment {
  readonly paymentId: string;
  readonly orderId: string;
  readonly method: PaymentMethod;
  readonly channel: ChargeChannel;
}

/** @throws UserFault when the order cannot be paid now. */
export async function beginPayment(
  work: Work,
  { paymentId, orderId, method, channel }: NewPayment,
): Promise<Payment> {
  const { tx } = work;
  const { amount, order } = payableOf(await lockOrder(tx, orderId));
  const rival = await tx.payment.findFirst({
    where: { orderId, isSurplus: false, status: { not: 'FAILED' } },
  });
  if (rival !== null) {
    throw UserFault.of(
      'INVALID_STATE',
      rival.status === 'PENDING' ? 'A payment of this order is under way' : 'This order is paid',
      ['orderId'],
    );
  }
  const { customerId, outletId, franchiseId } = order;
  const provider = providerOf(method);
  const row = await tx.payment.create({
    data: {
      id: paymentId,
      orderId,
      customerId,
      outletId,
      franchiseId,
      method,
      provider,
      status: 'PENDING',
      amount: BigInt(amount),
      ...(provider !== 'CASH' && { channel: { ...channel }, nextCheckAt: inSeconds(CALL_LEASE_SECONDS) }),
    },
  });
  const payment = paymentOf(row);
  tellWatchers(work, payment);
  return payment;
}

function payableOf(order: OrderCopy | null): { order: OrderCopy; amount: number } {
  const state = order === null ? 'NOT_YET' : payability(order.status);
  if (state === 'PAID') throw UserFault.of('INVALID_STATE', 'This order is paid', ['orderId']);
  if (order === null || state !== 'PAYABLE' || !order.total) {
    const message = state === 'DEAD' ? 'This order can no longer be paid' : 'This order cannot be paid yet';
    throw UserFault.of('ORDER_NOT_PAYABLE', message, ['orderId']);
  }
  return { order, amount: order.total };
}

/**
 * Takes over what the provider says of a charge; what it has said before, or what would lead back, changes nothing.
 * Money for an order that is dead, or that another payment has, is given back in the same breath.
 * @throws when it is of another payment or amount: nobody may take that for ours.
 */
export async function recordCharge(work: Work, paymentId: string, charge: Charge): Promise<Payment> {
  const { order, payment } = await lockPayment(work.tx, paymentId);
  if (charge.paymentId !== paymentId || charge.amount !== payment.amount) {
    throw new Error(`Charge ${charge.transactionId} is not what payment ${paymentId} asked for`);
  }
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

/** The provider will never charge it. */
export async function recordRefusal(work: Work, paymentId: string, reason: string): Promise<Payment> {
  const { payment } = await lockPayment(work.tx, paymentId);
  return canBecome(payment.status, 'FAILED') ? recordFailure(work, payment, reason, null) : payment;
}

/** Cash came over the counter. @throws UserFault when the payment waits for no cash. */
export async function recordCash(work: Work, paymentId: string): Promise<Payment> {
  const { order, payment } = await lockPayment(work.tx, paymentId);
  if (payment.method !== 'CASH' || payment.status !== 'PENDING' || isDead(order.status)) {
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
  });
  await book(work.tx, 'CAPTURE', paid, paid);
  if (!isSurplus) emitCaptured(work, paid, paidAt);
  if (!isSurplus && !isDead(order.status)) return paid;
  return giveBackFor(
    work,
    paid,
    isSurplus ? 'Paid by another payment' : `Order ${order.status.toLowerCase()}`,
  );
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
