/**
 * Records what became of a charge. Nearly every capture needs no decision and is one statement; everything else is decided
 * in a transaction that has the order locked and sees what has happened to order and payment meanwhile.
 */
import type { Cause } from '../../../platform/events/envelope.js';
import { outboxRow } from '../../../platform/events/outbox.js';
import { CURRENCY } from '../../../platform/money.js';
import { canBecome } from '../domain/payment-state.js';
import type { OrderCopy, Payment } from '../domain/records.js';
import { secondsUntilCheck, secondsUntilRefundLookup } from '../domain/retry-schedule.js';
import type { Charge } from '../providers/provider.js';
import { capturedEvent, failedEvent, publishChange } from '../published.js';
import { type Capture, updateCaptured, updateLockedCaptured } from '../store/capture.js';
import { updatePendingCharge } from '../store/charge-attempts.js';
import type { OwnPaymentDatabase, Work } from '../store/database.js';
import { findStandingPayment, lockPayment } from '../store/payments.js';
import { findPaymentById } from '../store/unscoped-payments.js';
import { changePayment, inSeconds } from './change-payment.js';
import { giveBackUnneeded } from './record-refund.js';

export interface RecordedCharge {
  readonly payment: Payment;
  /** The callback was marked as having had its effect. */
  readonly isCallbackMarked: boolean;
}

/**
 * Records what the provider says of a charge; what was recorded before, or would lead back, changes nothing.
 * @param callbackId the callback that reported it; null when none did.
 * @throws when it is the charge of another payment, amount or currency.
 */
export async function recordCharge(
  database: OwnPaymentDatabase,
  cause: Cause,
  payment: Payment,
  charge: Charge,
  callbackId: string | null,
): Promise<RecordedCharge> {
  assertMatches(charge, payment);
  if (charge.status === 'PENDING') {
    const seconds = secondsUntilCheck(payment.checks);
    const pending = await updatePendingCharge(database, payment, charge, seconds);
    if (pending === null) {
      return { payment: await findPaymentById(database, payment.id), isCallbackMarked: false };
    }
    if (pending.version > payment.version) publishChange(database, pending);
    return { payment: pending, isCallbackMarked: false };
  }
  if (charge.status === 'PAID') {
    const captured = await captureAwaited(database, cause, payment, charge, callbackId);
    if (captured !== null) return { payment: captured, isCallbackMarked: callbackId !== null };
  }
  const recorded = await database.work(cause, (work) => decideCharge(work, payment.id, charge));
  return { payment: recorded, isCallbackMarked: false };
}

/** Where the order waits for a pending payment nothing is in the way: no other can have been captured. */
async function captureAwaited(
  database: OwnPaymentDatabase,
  cause: Cause,
  payment: Payment,
  { transactionId }: Charge,
  callbackId: string | null,
): Promise<Payment | null> {
  const capture = captureOf(payment, transactionId, false);
  const event = outboxRow('payment', capturedEvent(payment, capture.paidAt), cause);
  const condition = { payment: 'PENDING', order: 'AWAITING_PAYMENT' } as const;
  const captured = await updateCaptured(database, capture, condition, { event, callbackId });
  if (captured === null) return null;
  database.wakeRelay();
  publishChange(database, captured);
  return captured;
}

async function decideCharge(work: Work, paymentId: string, charge: Charge): Promise<Payment> {
  const { order, payment } = await lockPayment(work.tx, paymentId);
  assertMatches(charge, payment);
  if (charge.status === 'PAID' && canBecome(payment.status, 'PAID')) {
    return recordCapture(work, order, payment, charge.transactionId);
  }
  if (charge.status === 'FAILED' && canBecome(payment.status, 'FAILED')) {
    return recordFailure(work, payment, charge.failureReason ?? 'FAILED', charge.transactionId);
  }
  return payment;
}

/** Money for an order that has ended, or that another payment has, is given back in the same transaction. */
export async function recordCapture(
  work: Work,
  order: OrderCopy,
  payment: Payment,
  transactionId: string | null,
): Promise<Payment> {
  const standing = await findStandingPayment(work.tx, order.id);
  const capture = captureOf(payment, transactionId, standing !== null && standing.id !== payment.id);
  const paid = await updateLockedCaptured(work.tx, capture);
  publishChange(work, paid);
  if (!paid.isSurplus) work.emit(capturedEvent(paid, capture.paidAt));
  return giveBackUnneeded(work, order, paid);
}

/** The provider will never charge it. */
export async function recordRefusal(work: Work, paymentId: string, reason: string): Promise<Payment> {
  const { payment } = await lockPayment(work.tx, paymentId);
  return canBecome(payment.status, 'FAILED') ? recordFailure(work, payment, reason, null) : payment;
}

export async function recordFailure(
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
  work.emit(failedEvent(failed, reason));
  return failed;
}

function captureOf(payment: Payment, transactionId: string | null, isSurplus: boolean): Capture {
  const seconds = payment.provider === 'CASH' ? null : secondsUntilRefundLookup(0);
  return {
    payment,
    transactionId,
    isSurplus,
    paidAt: new Date(),
    refundLookupAt: seconds === null ? null : inSeconds(seconds),
  };
}

function assertMatches(charge: Charge, payment: Payment): void {
  const isOurs =
    charge.paymentId === payment.id && charge.amount === payment.amount && charge.currency === CURRENCY;
  if (!isOurs) throw new ForeignCharge(charge, payment);
}

/** The provider's charge is of another payment, amount or currency than the payment it was found for. */
export class ForeignCharge extends Error {
  override readonly name = 'ForeignCharge';

  constructor({ transactionId }: Charge, { id }: Payment) {
    super(`Charge ${transactionId} does not match payment ${id}`);
  }
}
