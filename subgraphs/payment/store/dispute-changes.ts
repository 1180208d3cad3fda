/**
 * Disputes: the amount is held on the payment while the bank has it, so that disputes and refunds together never exceed
 * what was captured; it comes back when the dispute is won and is gone when it is lost.
 */
import { UserFault } from '../../../platform/errors.js';
import { canDisputeBecome, type DisputeOutcome } from '../domain/dispute-state.js';
import { isCaptured } from '../domain/payment-state.js';
import { refundableAmount } from '../domain/refundable.js';
import type { Work } from './database.js';
import { book } from './ledger.js';
import type { OrderCopy } from './orders.js';
import { changePayment } from './payment-change.js';
import { emitDisputeClosed, emitDisputeOpened } from './payment-events.js';
import { lockPayment } from './payment-lock.js';
import { type Dispute, disputeOf, type Payment } from './records.js';
import { issueRefund, isUnneeded } from './refund-changes.js';

export interface NewDispute {
  readonly disputeId: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly reason: string;
  readonly openedBy: string;
}

/** @throws UserFault when so much cannot be disputed. */
export async function openDispute(
  work: Work,
  { disputeId, paymentId, amount, reason, openedBy }: NewDispute,
): Promise<Dispute> {
  const { payment } = await lockPayment(work.tx, paymentId);
  if (!isCaptured(payment.status)) {
    throw UserFault.of('INVALID_STATE', 'Nothing was captured by this payment', ['paymentId']);
  }
  if (payment.provider === 'CASH') {
    throw UserFault.of('INVALID_STATE', 'Cash payments cannot be disputed', ['paymentId']);
  }
  if (amount > refundableAmount(payment)) {
    const message = `At most ${refundableAmount(payment)} is neither refunded nor disputed`;
    throw UserFault.of('REFUND_EXCEEDS_CAPTURED', message, ['amount']);
  }
  const row = await work.tx.dispute.create({
    data: { id: disputeId, paymentId, amount: BigInt(amount), reason, status: 'OPENED', openedBy },
  });
  const dispute = disputeOf(row);
  const held = await changePayment(work, payment, {
    disputesHeld: payment.disputesHeld + amount,
    version: payment.version + 1,
  });
  await book(work.tx, 'DISPUTE_OPENED', held, dispute);
  emitDisputeOpened(work, held, dispute);
  return dispute;
}

/** The same text again changes nothing. @throws UserFault when the bank hears no evidence any more. */
export async function submitEvidence(work: Work, disputeId: string, text: string): Promise<Dispute> {
  const { dispute } = await lockDispute(work, disputeId);
  if (dispute.evidence === text) return dispute;
  if (!canDisputeBecome(dispute.status, 'EVIDENCE_SUBMITTED')) {
    throw UserFault.of('INVALID_STATE', 'Evidence can no longer be submitted', ['disputeId']);
  }
  const row = await work.tx.dispute.update({
    where: { id: disputeId },
    data: { status: 'EVIDENCE_SUBMITTED', evidence: text, evidenceSubmittedAt: new Date() },
  });
  return disputeOf(row);
}

/**
 * The same outcome again changes nothing. Money won back for an order that has ended is given back to its guest.
 * @throws UserFault when the bank has decided otherwise.
 */
export async function closeDispute(work: Work, disputeId: string, outcome: DisputeOutcome): Promise<Dispute> {
  const { order, payment, dispute } = await lockDispute(work, disputeId);
  if (dispute.status === outcome) return dispute;
  if (!canDisputeBecome(dispute.status, outcome)) {
    throw UserFault.of('INVALID_STATE', 'This dispute is closed', ['disputeId']);
  }
  const row = await work.tx.dispute.update({
    where: { id: disputeId },
    data: { status: outcome, closedAt: new Date() },
  });
  const closed = disputeOf(row);
  const isWon = outcome === 'WON';
  const changed = await changePayment(work, payment, {
    // What the bank gave back may have been refunded at the provider meanwhile.
    ...(isWon && { disputesHeld: payment.disputesHeld - dispute.amount, refundLookupAt: new Date() }),
    version: payment.version + 1,
  });
  await book(work.tx, isWon ? 'DISPUTE_WON' : 'DISPUTE_LOST', changed, closed);
  emitDisputeClosed(work, changed, closed, outcome);
  if (isWon && isUnneeded(order, changed)) {
    await issueRefund(work, changed, {
      amount: dispute.amount,
      reason: 'Won back from a dispute of an order that has ended',
      disputeId,
    });
  }
  return closed;
}

async function lockDispute(
  { tx }: Work,
  id: string,
): Promise<{ order: OrderCopy; payment: Payment; dispute: Dispute }> {
  const { paymentId } = await tx.dispute.findUniqueOrThrow({ where: { id }, select: { paymentId: true } });
  const locked = await lockPayment(tx, paymentId);
  return { ...locked, dispute: disputeOf(await tx.dispute.findUniqueOrThrow({ where: { id } })) };
}
