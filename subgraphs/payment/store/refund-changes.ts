/**
 * Giving money back: the amount is held on the payment before the provider is asked, so that refunds under way and done
 * never exceed what was captured, and let go when the provider refuses. Money that no order needs is held anew some time
 * after that, by a refund of its own, until all of it is given back. Cash is given back over the counter at once.
 */
import { UserFault } from '../../../platform/errors.js';
import { newId } from '../../../platform/ids.js';
import { isVoided } from '../domain/order-status.js';
import { isCaptured } from '../domain/payment-state.js';
import { refundableAmount, statusByRefunds, unaccountedRefunds } from '../domain/refundable.js';
import {
  CALL_LEASE_SECONDS,
  secondsUntilCheck,
  secondsUntilDeferredLookup,
  secondsUntilNextRefund,
} from '../domain/retry-schedule.js';
import type { ProviderRefund, ReportedRefund } from '../providers/provider.js';
import type { Work } from './database.js';
import { book } from './ledger.js';
import { lockOrder, type OrderCopy } from './orders.js';
import { changePayment, inSeconds, nextRefundLookup } from './payment-change.js';
import { emitFailed, emitRefunded } from './payment-events.js';
import { lockPayment } from './payment-lock.js';
import { type Payment, paymentOf, type Refund, refundOf } from './records.js';

/** A refund by staff is sent by the process that holds it, one by an order's end by the sweep. */
const SECONDS_UNTIL_FIRST_CHECK = {
  STAFF: CALL_LEASE_SECONDS,
  ORDER: 0,
  PROVIDER: secondsUntilCheck(0),
} as const satisfies Record<Refund['origin'], number>;

export interface NewRefund {
  readonly refundId: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly reason: string;
}

/** A refund that staff asks for. @throws UserFault when so much cannot be given back. */
export async function beginRefund(
  work: Work,
  { refundId, paymentId, amount, reason }: NewRefund,
): Promise<Refund> {
  const { payment } = await lockPayment(work.tx, paymentId);
  if (!isCaptured(payment.status)) {
    throw UserFault.of('INVALID_STATE', 'Nothing was captured by this payment', ['paymentId']);
  }
  if (amount > refundableAmount(payment)) {
    const disputed = payment.disputesHeld > 0 ? `; ${payment.disputesHeld} is disputed` : '';
    const message = `At most ${refundableAmount(payment)} can be given back${disputed}`;
    throw UserFault.of('REFUND_EXCEEDS_CAPTURED', message, ['amount']);
  }
  return (await hold(work, payment, { id: refundId, origin: 'STAFF', disputeId: null, amount, reason }))
    .refund;
}

/** Gives back what is free of a payment that no order needs; a payment that its order needs stays as it is. */
export async function giveBackUnneeded(work: Work, order: OrderCopy, payment: Payment): Promise<Payment> {
  const amount = refundableAmount(payment);
  if (amount === 0 || !isUnneeded(order, payment)) return payment;
  const reason = payment.isSurplus ? 'Paid by another payment' : endOf(order);
  return issueRefund(work, payment, { amount, reason, disputeId: null });
}

/** For a captured payment that is due: asks anew for what its provider has refused to give back. */
export async function giveBackAgain(work: Work, paymentId: string): Promise<Payment> {
  const { order, payment } = await lockPayment(work.tx, paymentId);
  if (!isCaptured(payment.status)) return payment;
  const { version } = payment;
  return giveBackUnneeded(work, order, await changePayment(work, payment, { version, nextCheckAt: null }));
}

/** No order needs its money, or ever will. */
export function isUnneeded(order: OrderCopy, { isSurplus }: Payment): boolean {
  return isSurplus || isVoided(order.status);
}

/** Gives back so much without anybody asking; the sweep asks the provider for it. */
export async function issueRefund(
  work: Work,
  payment: Payment,
  given: Pick<Refund, 'amount' | 'reason' | 'disputeId'>,
): Promise<Payment> {
  return (await hold(work, payment, { id: newId(), origin: 'ORDER', ...given })).payment;
}

/** An order that ended: its cash is waited for no longer, and what was captured is given back. */
export async function endPaymentsOf(work: Work, orderId: string): Promise<void> {
  const order = await lockOrder(work.tx, orderId);
  if (order === null || !isVoided(order.status)) return;
  for (const row of await work.tx.payment.findMany({ where: { orderId }, orderBy: { id: 'asc' } })) {
    const payment = paymentOf(row);
    if (isCaptured(payment.status)) await giveBackUnneeded(work, order, payment);
    if (payment.status !== 'PENDING' || payment.provider !== 'CASH') continue;
    const version = payment.version + 1;
    const reason = endOf(order);
    const failed = await changePayment(work, payment, { status: 'FAILED', failureReason: reason, version });
    emitFailed(work, failed, reason);
  }
}

/** Takes over what the provider says of a refund; what it has said before changes nothing. */
export async function recordRefund(work: Work, refundId: string, answer: ProviderRefund): Promise<Refund> {
  const { paymentId } = await work.tx.refund.findUniqueOrThrow({ where: { id: refundId } });
  const { order, payment } = await lockPayment(work.tx, paymentId);
  const refund = refundOf(await work.tx.refund.findUniqueOrThrow({ where: { id: refundId } }));
  if (refund.status !== 'PENDING') return refund;
  if (answer.status === 'SUCCEEDED')
    return (await settle(work, payment, refund, answer.transactionId)).refund;
  if (answer.status === 'FAILED') {
    const refused = await releaseHold(work, payment, refund, answer.failureReason ?? 'FAILED');
    if (isUnneeded(order, payment)) await planNextRefund(work, paymentId);
    return refused;
  }
  const row = await work.tx.refund.update({
    where: { id: refundId },
    data: { transactionId: answer.transactionId, nextCheckAt: inSeconds(secondsUntilCheck(refund.checks)) },
  });
  return refundOf(row);
}

/**
 * Records the refunds that the provider made and that are not ours: each once, with its ledger entry and event, held like
 * ours while it is pending. What cannot be told apart from a refund of ours under way, or is more than is free because one
 * is, waits until that is settled.
 * @returns the refunds left for later.
 */
export async function recordReportedRefunds(
  work: Work,
  paymentId: string,
  reported: readonly ReportedRefund[],
): Promise<readonly ReportedRefund[]> {
  const { payment: locked } = await lockPayment(work.tx, paymentId);
  if (!isCaptured(locked.status)) return [];
  const ours = (await work.tx.refund.findMany({ where: { paymentId } })).map(refundOf);
  const unaccounted = unaccountedRefunds(reported, ours);
  const isOursInFlight = ours.some(
    ({ status, transactionId }) => status === 'PENDING' && transactionId === null,
  );
  const left: ReportedRefund[] = [];
  let payment = locked;
  for (const one of unaccounted) {
    if ((one.key === null && isOursInFlight) || one.amount > refundableAmount(payment)) left.push(one);
    else payment = await recordReportedRefund(work, payment, one);
  }
  const refundLookupAt =
    left.length > 0 ? inSeconds(secondsUntilDeferredLookup(ours)) : nextRefundLookup(payment, new Date());
  await changePayment(work, payment, { version: payment.version, refundLookupAt });
  return left;
}

async function recordReportedRefund(
  work: Work,
  payment: Payment,
  { transactionId, amount, reason, status }: ReportedRefund,
): Promise<Payment> {
  const { refund, payment: holding } = await hold(work, payment, {
    id: newId(),
    origin: 'PROVIDER',
    disputeId: null,
    amount,
    reason: reason?.trim().slice(0, 500) || 'Refunded at the provider',
    transactionId,
  });
  return status === 'SUCCEEDED' ? (await settle(work, holding, refund, transactionId)).payment : holding;
}

async function hold(
  work: Work,
  payment: Payment,
  {
    id,
    origin,
    disputeId,
    amount,
    reason,
    transactionId = null,
  }: Pick<Refund, 'id' | 'origin' | 'disputeId' | 'amount' | 'reason'> & { transactionId?: string | null },
): Promise<{ payment: Payment; refund: Refund }> {
  const row = await work.tx.refund.create({
    data: {
      id,
      paymentId: payment.id,
      amount: BigInt(amount),
      reason,
      origin,
      disputeId,
      transactionId,
      status: 'PENDING',
      nextCheckAt: inSeconds(SECONDS_UNTIL_FIRST_CHECK[origin]),
    },
  });
  const refund = refundOf(row);
  const held = await changePayment(work, payment, {
    refundsHeld: payment.refundsHeld + amount,
    version: payment.version + 1,
  });
  return payment.provider === 'CASH' ? settle(work, held, refund, null) : { payment: held, refund };
}

async function settle(
  work: Work,
  payment: Payment,
  refund: Refund,
  transactionId: string | null,
): Promise<{ payment: Payment; refund: Refund }> {
  const row = await work.tx.refund.update({
    where: { id: refund.id },
    data: { status: 'SUCCEEDED', transactionId, settledAt: new Date(), nextCheckAt: null },
  });
  const refunded = payment.refunded + refund.amount;
  const changed = await changePayment(work, payment, {
    refunded,
    status: statusByRefunds({ ...payment, refunded }),
    version: payment.version + 1,
    ...(payment.refundLookupAt !== null && refunded === payment.amount && { refundLookupAt: null }),
  });
  await book(work.tx, 'REFUND', changed, refund);
  const settled = refundOf(row);
  if (!changed.isSurplus) emitRefunded(work, changed, settled);
  return { payment: changed, refund: settled };
}

async function releaseHold(
  work: Work,
  payment: Payment,
  refund: Refund,
  failureReason: string,
): Promise<Refund> {
  const row = await work.tx.refund.update({
    where: { id: refund.id },
    data: { status: 'FAILED', failureReason, settledAt: new Date(), nextCheckAt: null },
  });
  // Often another refund at the provider left too little for this one.
  await changePayment(work, payment, {
    refundsHeld: payment.refundsHeld - refund.amount,
    version: payment.version + 1,
    refundLookupAt: new Date(),
  });
  return refundOf(row);
}

async function planNextRefund({ tx }: Work, paymentId: string): Promise<void> {
  const refusals = await tx.refund.count({ where: { paymentId, status: 'FAILED' } });
  const nextCheckAt = inSeconds(secondsUntilNextRefund(refusals));
  await tx.payment.update({ where: { id: paymentId }, data: { nextCheckAt } });
}

function endOf({ status }: OrderCopy): string {
  return `Order ${status.toLowerCase()}`;
}
