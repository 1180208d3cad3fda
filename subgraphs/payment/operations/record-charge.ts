/**
 * Records what became of a charge. Nearly every capture needs no decision and is one statement; everything else is decided
 * in a transaction that has the order locked and sees what has happened to order and payment meanwhile.
 */
import type { Cause } from '../../../platform/events/envelope.js';
import { outboxRow } from '../../../platform/events/outbox.js';
import { add, CURRENCY } from '../../../platform/money.js';
import { sharesBetween } from '../../../platform/order-charges.js';
import { captureFor } from '../domain/order-money.js';
import { canBecome } from '../domain/payment-state.js';
import type { OrderCopy, Payment } from '../domain/records.js';
import { secondsUntilCheck, secondsUntilRefundLookup } from '../domain/retry-schedule.js';
import { paidOf } from '../domain/shares.js';
import type { Charge } from '../providers/provider.js';
import { capturedEvent, failedEvent, partCapturedEvent, publishChange } from '../published.js';
import { type Capture, updateCaptured, updateLockedCaptured } from '../store/capture.js';
import { updatePendingCharge } from '../store/charge-attempts.js';
import type { OwnPaymentDatabase, Work } from '../store/database.js';
import { insertBooking } from '../store/ledger.js';
import { findStandingPayments, lockPayment } from '../store/payments.js';
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

/** Where the order waits for its payment, of its whole total and the only one, nothing has to be decided. */
async function captureAwaited(
  database: OwnPaymentDatabase,
  cause: Cause,
  payment: Payment,
  { transactionId }: Charge,
  callbackId: string | null,
): Promise<Payment | null> {
  const capture = captureOf(payment, transactionId);
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

/**
 * Counts a capture with those of the order's other payments. Money for an order that has ended, and what is above its total, is given
 * back in the same transaction.
 */
export async function recordCapture(
  work: Work,
  order: OrderCopy,
  payment: Payment,
  transactionId: string | null,
): Promise<Payment> {
  const standing = await findStandingPayments(work.tx, order.id);
  const others = standing.filter(({ id }) => id !== payment.id);
  const shares = captureFor(order, payment, others);
  const capture = captureOf(payment, transactionId, others);
  const before = add(...others.filter(({ isDeposit }) => isDeposit).map(paidOf));
  const meetsTotal = !shares.isDeposit && !shares.isSurplus;
  const ofSale = meetsTotal
    ? soldBetween(order, before, add(before, payment.amount, -payment.tip, -shares.excess))
    : undefined;
  const paid = await updateLockedCaptured(work.tx, capture, shares, ofSale);
  publishChange(work, paid);
  if (paid.isDeposit) work.emit(partCapturedEvent(paid, capture.paidAt));
  else if (!paid.isSurplus) {
    await settleDeposits(work, order, paid, others);
    work.emit(capturedEvent(paid, capture.paidAt));
  }
  return giveBackUnneeded(work, order, paid);
}

/**
 * The total is met: what was captured for the order before is owed no longer. What of it had gone back by then, or is going, the total was
 * met without.
 */
async function settleDeposits(
  work: Work,
  order: OrderCopy,
  deciding: Payment,
  others: readonly Payment[],
): Promise<void> {
  let sale = 0;
  for (const deposit of others.filter(({ isDeposit }) => isDeposit)) {
    const paid = paidOf(deposit);
    await changePayment(work, deposit, {
      ...{ isDeposit: false, excess: deposit.amount - deposit.tip - paid },
      version: deposit.version + 1,
    });
    sale = add(sale, paid);
  }
  if (sale === 0) return;
  const shares = { sale, tip: 0, surplus: 0 };
  await insertBooking(
    work.tx,
    'ORDER_SETTLED',
    deciding,
    deciding.orderId,
    shares,
    soldBetween(order, 0, sale),
  );
}

/** What these rupiah of an order's total are for. */
function soldBetween({ total, charges }: OrderCopy, from: number, to: number) {
  return total === null ? undefined : sharesBetween(charges, total, { from, to });
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

/** @param others of the order: the one that is captured last is the last, whatever the clocks of its processes say. */
function captureOf(payment: Payment, transactionId: string | null, others: readonly Payment[] = []): Capture {
  const seconds = payment.provider === 'CASH' ? null : secondsUntilRefundLookup(0);
  const before = others.map(({ paidAt }) => paidAt?.getTime() ?? 0);
  return {
    payment,
    transactionId,
    paidAt: new Date(Math.max(Date.now(), ...before.map((time) => time + 1))),
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
