/** What is told of a payment that changed: an event for other subgraphs, a message for whoever watches. */
import type { EventType } from '../../../platform/events/envelope.js';
import type { DisputeOutcome } from '../domain/dispute-state.js';
import type { Work } from './database.js';
import type { Dispute, Payment, Refund } from './records.js';

/** The bus topic of an order's payments. */
export function paymentsTopic(orderId: string): string {
  return `payment.order:${orderId}`;
}

export function tellWatchers({ publish }: Pick<Work, 'publish'>, payment: Payment): void {
  publish(paymentsTopic(payment.orderId), { paymentId: payment.id, version: payment.version });
}

export function capturedEvent(payment: Payment, paidAt: Date) {
  const { amount, method } = payment;
  return {
    ...envelopeOf('payment.captured', payment),
    data: { ...refOf(payment), amount, method, paidAt: paidAt.toISOString() },
  };
}

export function emitFailed({ emit }: Pick<Work, 'emit'>, payment: Payment, reason: string): void {
  emit({ ...envelopeOf('payment.failed', payment), data: { ...refOf(payment), reason } });
}

export function emitRefunded({ emit }: Pick<Work, 'emit'>, payment: Payment, refund: Refund): void {
  emit({
    ...envelopeOf('payment.refunded', payment),
    data: {
      ...refOf(payment),
      refundId: refund.id,
      amount: refund.amount,
      refundedTotal: payment.refunded,
      capturedTotal: payment.amount,
      isFull: payment.refunded === payment.amount,
      refundedAt: (refund.settledAt ?? payment.changedAt).toISOString(),
    },
  });
}

export function emitDisputeOpened({ emit }: Pick<Work, 'emit'>, payment: Payment, dispute: Dispute): void {
  const { id: disputeId, amount, reason } = dispute;
  emit({
    ...envelopeOf('payment.dispute-opened', payment),
    data: { ...refOf(payment), disputeId, amount, reason },
  });
}

export function emitDisputeClosed(
  { emit }: Pick<Work, 'emit'>,
  payment: Payment,
  { id: disputeId, amount }: Dispute,
  outcome: DisputeOutcome,
): void {
  emit({
    ...envelopeOf('payment.dispute-closed', payment),
    data: { ...refOf(payment), disputeId, amount, outcome },
  });
}

function envelopeOf<Type extends EventType>(type: Type, { id, version }: Payment) {
  return { type, aggregateId: id, aggregateVersion: version };
}

function refOf({ id, orderId, customerId, outletId, franchiseId }: Payment) {
  return { paymentId: id, orderId, customerId, outletId, franchiseId };
}
