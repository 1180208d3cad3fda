/**
 * Disputes, for staff of the outlet. A guest's bank opens one at the provider, who notifies the merchant; staff record here
 * what they read there. The amount is held on the payment while the bank has it, so that disputes and refunds together
 * never exceed what was captured; it comes back when the dispute is won and is gone when it is lost. Guests open no
 * disputes here: they come to the counter for a refund.
 */
import { z } from 'zod';
import { notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { type Identity, scopeFor } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../platform/kit/idempotency.js';
import { parseInput, text } from '../../../platform/kit/input.js';
import type { Context } from '../context.js';
import { canDisputeBecome, type DisputeOutcome } from '../domain/dispute-state.js';
import { isCaptured } from '../domain/payment-state.js';
import type { Dispute, DisputeKey, Payment } from '../domain/records.js';
import { refundableAmount } from '../domain/refundable.js';
import { type MoneyShares, sharesLeaving } from '../domain/shares.js';
import { disputeLostEvent, disputeOpenedEvent, disputeWonEvent } from '../published.js';
import type { Work } from '../store/database.js';
import {
  findDispute,
  findLostTotal,
  insertDispute,
  lockDispute,
  type NewDispute,
  type StoredDispute,
  updateDispute,
} from '../store/disputes.js';
import { insertBooking } from '../store/ledger.js';
import { findMoneyOfOrder, saleLeaving } from '../store/order-money.js';
import { lockPayment } from '../store/payments.js';
import { changePayment } from './change-payment.js';
import { amount, reason } from './input.js';
import { issueRefund, unneededAmount } from './record-refund.js';
import { requirePayment } from './require-payment.js';

const openSchema = z.object({ paymentId: z.string(), amount, reason, idempotencyKey: z.string() });

const evidenceSchema = z.object({ disputeId: z.string(), text: text(10_000, { multiline: true }) });

export type OpenDisputeInput = z.input<typeof openSchema>;
export type SubmitDisputeEvidenceInput = z.input<typeof evidenceSchema>;

export interface ResolveDisputeInput {
  readonly disputeId: string;
  readonly outcome: DisputeOutcome;
}

/** @throws UserFault when as much cannot be disputed. */
export async function openDispute(context: Context, given: OpenDisputeInput): Promise<Dispute> {
  const { database, keyedMutex, identity, cause } = context;
  await requirePayment(database, scopeOf(identity), given.paymentId);
  const { idempotencyKey, ...input } = parseInput(openSchema, given);
  const openedBy = identity.customerId ?? '';
  const request = idempotentRequest('openDispute', openedBy, idempotencyKey, input);
  const id = newId('Dispute');
  const disputeId = await keyedMutex(input.paymentId, () =>
    database.work(cause, (work) =>
      writeOnce(work.tx, request, id, async () => {
        const tenant = await recordDispute(work, { id, openedBy, ...input });
        recordChange(work, context, {
          ...{ action: 'openDispute', entity: { type: 'Dispute', id }, tenant },
          ...{ before: null, after: { status: 'OPENED', ...input } },
        });
      }),
    ),
  );
  return findReachable(context, disputeId);
}

/** The same text again changes nothing. @throws UserFault when the bank takes no evidence any more. */
export async function submitDisputeEvidence(
  context: Context,
  given: SubmitDisputeEvidenceInput,
): Promise<Dispute> {
  const { id, paymentId } = await findChangeable(context, given.disputeId);
  const { disputeId, text: evidence } = parseInput(evidenceSchema, given);
  return context.database.work(context.cause, async (work) => {
    const { tx } = work;
    const { payment, dispute } = await lockDispute(tx, { paymentId, id });
    if (dispute.evidence === evidence) return dispute;
    if (!canDisputeBecome(dispute.status, 'EVIDENCE_SUBMITTED')) {
      throw UserFault.of('INVALID_STATE', 'Evidence can no longer be submitted', ['disputeId']);
    }
    const evidenceSubmittedAt = new Date();
    const changes = { status: 'EVIDENCE_SUBMITTED', evidence, evidenceSubmittedAt } as const;
    recordChange(work, context, {
      ...{ action: 'submitDisputeEvidence', entity: { type: 'Dispute', id: disputeId }, tenant: payment },
      before: {
        status: dispute.status,
        evidence: dispute.evidence,
        evidenceSubmittedAt: dispute.evidenceSubmittedAt,
      },
      after: changes,
    });
    return updateDispute(tx, dispute, changes);
  });
}

/**
 * The same outcome again changes nothing. Money won back for an order that has ended is given back to its guest.
 * @throws UserFault when the bank has decided otherwise.
 */
export async function resolveDispute(
  context: Context,
  { disputeId, outcome }: ResolveDisputeInput,
): Promise<Dispute> {
  const key = await findChangeable(context, disputeId);
  return context.database.work(context.cause, async (work) => {
    const { payment, before, dispute } = await closeDispute(work, key, outcome);
    recordChange(work, context, {
      ...{ action: 'resolveDispute', entity: { type: 'Dispute', id: disputeId }, tenant: payment },
      before: { status: before.status, closedAt: before.closedAt },
      after: { status: dispute.status, closedAt: dispute.closedAt },
    });
    return dispute;
  });
}

async function recordDispute(work: Work, dispute: NewDispute): Promise<Payment> {
  const { payment } = await lockPayment(work.tx, dispute.paymentId);
  if (!isCaptured(payment.status)) {
    throw UserFault.of('INVALID_STATE', 'Nothing was captured by this payment', ['paymentId']);
  }
  if (payment.provider === 'CASH') {
    throw UserFault.of('INVALID_STATE', 'Cash payments cannot be disputed', ['paymentId']);
  }
  if (dispute.amount > refundableAmount(payment)) {
    const message = `At most ${refundableAmount(payment)} is neither refunded nor disputed`;
    throw UserFault.of('REFUND_EXCEEDS_CAPTURED', message, ['amount']);
  }
  const opened = await insertDispute(work.tx, payment, dispute);
  const held = await changePayment(work, payment, {
    disputesHeld: payment.disputesHeld + dispute.amount,
    version: payment.version + 1,
  });
  await insertBooking(work.tx, 'DISPUTE_OPENED', held, opened.id, wholly(opened));
  work.emit(disputeOpenedEvent(held, opened));
  return held;
}

async function closeDispute(
  work: Work,
  key: DisputeKey,
  outcome: DisputeOutcome,
): Promise<{ payment: Payment; before: Dispute; dispute: Dispute }> {
  const { order, payment, dispute } = await lockDispute(work.tx, key);
  if (dispute.status === outcome) return { payment, before: dispute, dispute };
  if (!canDisputeBecome(dispute.status, outcome)) {
    throw UserFault.of('INVALID_STATE', 'This dispute is closed', ['disputeId']);
  }
  const closed = await updateDispute(work.tx, key, { status: outcome, closedAt: new Date() });
  const isWon = outcome === 'WON';
  const changed = await changePayment(work, payment, {
    // What the bank gave back may have been refunded at the provider meanwhile.
    ...(isWon && { disputesHeld: payment.disputesHeld - dispute.amount, refundLookupAt: new Date() }),
    version: payment.version + 1,
  });
  if (!isWon) {
    const lostTotal = await findLostTotal(work.tx, payment.id);
    const shares = sharesLeaving(changed, changed.refunded + lostTotal - dispute.amount, dispute.amount);
    const ofOrder = await findMoneyOfOrder(work.tx, changed.orderId);
    const ofSale = saleLeaving(order, changed, { lost: lostTotal, sale: shares.sale, money: ofOrder });
    await insertBooking(work.tx, 'DISPUTE_LOST', changed, closed.id, shares, ofSale);
    work.emit(disputeLostEvent(changed, closed, lostTotal, ofOrder, shares.tip));
    return { payment, before: dispute, dispute: closed };
  }
  await insertBooking(work.tx, 'DISPUTE_WON', changed, closed.id, wholly(closed));
  work.emit(disputeWonEvent(changed, closed));
  const unneeded = Math.min(dispute.amount, unneededAmount(order, changed));
  if (unneeded > 0) {
    await issueRefund(work, order, changed, {
      amount: unneeded,
      reason: 'Won back from a dispute of an order that has ended',
      disputeId: dispute.id,
    });
  }
  return { payment, before: dispute, dispute: closed };
}

/** While a bank has it, what the money is for makes no difference. */
function wholly({ amount }: Dispute): MoneyShares {
  return { sale: amount, tip: 0, surplus: 0 };
}

function scopeOf(identity: Identity) {
  return scopeFor(identity, 'disputes:manage');
}

/**
 * @throws NOT_FOUND for what does not exist and what the caller may not see alike.
 * @throws UserFault INVALID_STATE for an archived one, which never changes again.
 */
async function findChangeable(context: Context, disputeId: string): Promise<Dispute> {
  const dispute = await findReachable(context, disputeId);
  if (!dispute.isArchived) return dispute;
  throw UserFault.of('INVALID_STATE', 'This dispute is archived and can no longer be changed', ['disputeId']);
}

async function findReachable({ database, identity }: Context, disputeId: string): Promise<StoredDispute> {
  const dispute = await findDispute(database, scopeOf(identity), disputeId);
  if (dispute === null) throw notFound('Dispute');
  return dispute;
}
