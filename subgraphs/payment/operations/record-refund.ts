/**
 * Refunds: the amount is held on the payment before the provider is sent the request, so that refunds under way and done
 * never exceed what was captured, and released when the provider refuses. Money that no order needs is held again some
 * time after a refusal, by a new refund, until all of it is given back. Cash is given back over the counter at once.
 */
import { UserFault } from '../../../platform/errors.js';
import { newId } from '../../../platform/ids.js';
import { add } from '../../../platform/money.js';
import { isVoided } from '../domain/order-status.js';
import { isCaptured } from '../domain/payment-state.js';
import type { OrderCopy, Payment, Refund, RefundKey, RefundOrigin } from '../domain/records.js';
import { refundableAmount, statusByRefunds, unaccountedRefunds } from '../domain/refundable.js';
import {
  CALL_LEASE_SECONDS,
  secondsUntilCheck,
  secondsUntilDeferredLookup,
  secondsUntilNextRefund,
  secondsUntilRefundLookup,
} from '../domain/retry-schedule.js';
import { sharesLeaving } from '../domain/shares.js';
import type { ProviderRefund, ReportedRefund } from '../providers/provider.js';
import { refundedEvent } from '../published.js';
import type { Work } from '../store/database.js';
import { findLostTotal } from '../store/disputes.js';
import { insertBooking } from '../store/ledger.js';
import { findMoneyOfOrder, saleLeaving } from '../store/order-money.js';
import { lockPayment } from '../store/payments.js';
import { insertCreditNote } from '../store/receipts.js';
import {
  countFailedRefunds,
  findRefundByKey,
  findRefundsInUse,
  insertRefund,
  updateRefund,
} from '../store/refunds.js';
import { insertCashRefunded } from '../store/tills.js';
import { changePayment, inSeconds } from './change-payment.js';

/** A refund by staff is sent by the process that holds it, one by an order's end by the sweep. */
const SECONDS_UNTIL_FIRST_CHECK: Readonly<Record<RefundOrigin, number>> = {
  STAFF: CALL_LEASE_SECONDS,
  ORDER: 0,
  PROVIDER: secondsUntilCheck(0),
};

const LONGEST_REASON = 500;

export interface StaffRefund {
  readonly refundId: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly reason: string;
}

/** A refund that staff requests, with the payment before it and after. @throws UserFault when as much cannot be given back. */
export async function beginRefund(
  work: Work,
  { refundId, paymentId, amount, reason }: StaffRefund,
): Promise<{ before: Payment; payment: Payment; refund: Refund }> {
  const { order, payment } = await lockPayment(work.tx, paymentId);
  if (!isCaptured(payment.status)) {
    throw UserFault.of('INVALID_STATE', 'Nothing was captured by this payment', ['paymentId']);
  }
  if (amount > refundableAmount(payment)) {
    const [left, disputed] = [refundableAmount(payment), payment.disputesHeld];
    const message =
      disputed > 0
        ? `At most ${left} can be given back; ${disputed} is disputed`
        : `At most ${left} can be given back`;
    throw UserFault.of('REFUND_EXCEEDS_CAPTURED', message, ['amount']);
  }
  const held = await hold(work, order, payment, { id: refundId, origin: 'STAFF', amount, reason });
  return { before: payment, ...held };
}

/** Gives back what is free of a payment that no order needs; a payment that its order needs stays as it is. */
export async function giveBackUnneeded(work: Work, order: OrderCopy, payment: Payment): Promise<Payment> {
  const amount = unneededAmount(order, payment);
  if (amount === 0) return payment;
  return issueRefund(work, order, payment, { amount, reason: reasonOf(order, payment), disputeId: null });
}

function reasonOf(order: OrderCopy, { isSurplus }: Payment): string {
  if (isSurplus) return 'Paid by another payment';
  return isVoided(order.status) ? endReasonOf(order) : 'More than the order’s total';
}

/** For a captured payment that is due: retries what its provider has refused to give back. */
export async function retryRefund(work: Work, paymentId: string): Promise<Payment> {
  const { order, payment } = await lockPayment(work.tx, paymentId);
  if (!isCaptured(payment.status)) return payment;
  const { version } = payment;
  return giveBackUnneeded(work, order, await changePayment(work, payment, { version, nextCheckAt: null }));
}

/** What is free of a payment that no order needs, or ever will. */
export function unneededAmount(order: OrderCopy, payment: Payment): number {
  const free = refundableAmount(payment);
  if (payment.isSurplus || isVoided(order.status)) return free;
  return Math.max(0, Math.min(free, payment.excess - payment.refundsHeld - payment.disputesHeld));
}

/** Gives back an amount on the subgraph's own account; the sweep sends the request to the provider. */
export async function issueRefund(
  work: Work,
  order: OrderCopy,
  payment: Payment,
  refund: Pick<Refund, 'amount' | 'reason' | 'disputeId'>,
): Promise<Payment> {
  return (await hold(work, order, payment, { id: newId('Refund'), origin: 'ORDER', ...refund })).payment;
}

/** Records what the provider says of a refund; what was recorded before changes nothing. */
export async function recordRefund(work: Work, key: RefundKey, answer: ProviderRefund): Promise<Refund> {
  const { order, payment } = await lockPayment(work.tx, key.paymentId);
  const refund = await findRefundByKey(work.tx, key);
  if (refund.status !== 'PENDING') return refund;
  if (answer.status === 'SUCCEEDED') {
    return (await settle(work, order, payment, refund, answer.transactionId)).refund;
  }
  if (answer.status === 'FAILED') {
    const refused = await release(work, payment, refund, answer.failureReason ?? 'FAILED');
    if (unneededAmount(order, refused.payment) > 0) await planRetry(work, refused.payment);
    return refused.refund;
  }
  return updateRefund(work.tx, key, {
    transactionId: answer.transactionId,
    nextCheckAt: inSeconds(secondsUntilCheck(refund.checks)),
  });
}

/**
 * Records the refunds that the provider made and that are not ours: each once, with its ledger entry and event, held like
 * ours while it is pending. What may be a refund of ours under way, or is more than is free because of one, waits until that is settled.
 * @returns the refunds left for later.
 */
export async function recordReportedRefunds(
  work: Work,
  paymentId: string,
  reported: readonly ReportedRefund[],
): Promise<readonly ReportedRefund[]> {
  const { order, payment: locked } = await lockPayment(work.tx, paymentId);
  if (!isCaptured(locked.status)) return [];
  const ours = await findRefundsInUse(work.tx, [paymentId]);
  const isOursInFlight = ours.some(
    ({ status, transactionId }) => status === 'PENDING' && transactionId === null,
  );
  const left: ReportedRefund[] = [];
  let payment = locked;
  for (const refund of unaccountedRefunds(reported, ours)) {
    const isAmbiguous = refund.key === null && isOursInFlight;
    if (isAmbiguous || refund.amount > refundableAmount(payment)) left.push(refund);
    else payment = await recordReportedRefund(work, order, payment, refund);
  }
  const seconds = left.length > 0 ? secondsUntilDeferredLookup(ours) : secondsUntilLookup(payment);
  const refundLookupAt = seconds === null ? null : inSeconds(seconds);
  await changePayment(work, payment, { version: payment.version, refundLookupAt });
  return left;
}

async function recordReportedRefund(
  work: Work,
  order: OrderCopy,
  payment: Payment,
  { transactionId, amount, reason, status }: ReportedRefund,
): Promise<Payment> {
  const { refund, payment: holding } = await hold(work, order, payment, {
    id: newId('Refund'),
    origin: 'PROVIDER',
    amount,
    reason: reason?.trim().slice(0, LONGEST_REASON) || 'Refunded at the provider',
    transactionId,
  });
  return status === 'SUCCEEDED'
    ? (await settle(work, order, holding, refund, transactionId)).payment
    : holding;
}

function secondsUntilLookup({ amount, refunded, paidAt, createdAt }: Payment): number | null {
  if (refunded === amount) return null;
  return secondsUntilRefundLookup((Date.now() - (paidAt ?? createdAt).getTime()) / 1_000);
}

async function hold(
  work: Work,
  order: OrderCopy,
  payment: Payment,
  {
    id,
    origin,
    amount,
    reason,
    disputeId = null,
    transactionId = null,
  }: Pick<Refund, 'id' | 'origin' | 'amount' | 'reason'> &
    Partial<Pick<Refund, 'disputeId' | 'transactionId'>>,
): Promise<{ payment: Payment; refund: Refund }> {
  const nextCheckAt = inSeconds(SECONDS_UNTIL_FIRST_CHECK[origin]);
  const row = { id, amount, reason, origin, disputeId, transactionId, nextCheckAt };
  const refund = await insertRefund(work.tx, payment, row);
  const held = await changePayment(work, payment, {
    refundsHeld: payment.refundsHeld + amount,
    version: payment.version + 1,
  });
  return payment.provider === 'CASH' ? settle(work, order, held, refund, null) : { payment: held, refund };
}

async function settle(
  work: Work,
  order: OrderCopy,
  payment: Payment,
  refund: Refund,
  transactionId: string | null,
): Promise<{ payment: Payment; refund: Refund }> {
  const settled = await updateRefund(work.tx, refund, {
    status: 'SUCCEEDED',
    transactionId,
    settledAt: new Date(),
    nextCheckAt: null,
  });
  const refunded = payment.refunded + refund.amount;
  const changed = await changePayment(work, payment, {
    refunded,
    status: statusByRefunds({ ...payment, refunded }),
    version: payment.version + 1,
    ...(refunded === payment.amount && { refundLookupAt: null }),
  });
  const lost = changed.disputesHeld > 0 ? await findLostTotal(work.tx, changed.id) : 0;
  const shares = sharesLeaving(changed, add(payment.refunded, lost), refund.amount);
  const money = changed.isSurplus ? null : await findMoneyOfOrder(work.tx, changed.orderId);
  const ofSale = saleLeaving(order, changed, { lost, sale: shares.sale, money });
  // Before the booking: at the end of the transaction, one that has no credit note by then gets it (trigger `credit_note_of_refund`).
  if (ofSale !== undefined) await insertCreditNote(work.tx, changed, settled.id, shares.sale, ofSale);
  await insertBooking(work.tx, 'REFUND', changed, settled.id, shares, ofSale);
  if (changed.provider === 'CASH') await insertCashRefunded(work.tx, changed, settled);
  if (!changed.isSurplus) work.emit(refundedEvent(changed, settled, lost, money, shares.tip));
  return { payment: changed, refund: settled };
}

async function release(
  work: Work,
  payment: Payment,
  refund: Refund,
  failureReason: string,
): Promise<{ payment: Payment; refund: Refund }> {
  const failed = await updateRefund(work.tx, refund, {
    status: 'FAILED',
    failureReason,
    settledAt: new Date(),
    nextCheckAt: null,
  });
  // Often a refund made at the provider left too little for this one: it is looked for at once.
  const released = await changePayment(work, payment, {
    refundsHeld: payment.refundsHeld - refund.amount,
    version: payment.version + 1,
    refundLookupAt: new Date(),
  });
  return { payment: released, refund: failed };
}

async function planRetry(work: Work, payment: Payment): Promise<void> {
  const refusals = await countFailedRefunds(work.tx, payment.id);
  const nextCheckAt = inSeconds(secondsUntilNextRefund(refusals));
  await changePayment(work, payment, { version: payment.version, nextCheckAt });
}

export function endReasonOf({ status }: OrderCopy): string {
  return `Order ${status.toLowerCase()}`;
}
