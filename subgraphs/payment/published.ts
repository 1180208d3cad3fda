/** What the subgraph publishes: events for other subgraphs, and on the bus the change of a payment for its subscribers. */
import type { BusPayload } from '../../platform/bus/bus.js';
import type { EventType } from '../../platform/events/envelope.js';
import type { OrderMoney } from '../../platform/events/event-types.js';
import type { Dispute, Payment, Refund } from './domain/records.js';

interface Publisher {
  publish(topic: string, payload: BusPayload): void;
}

/** The bus topic of an order's payments. */
export function paymentsTopic(orderId: string): string {
  return `payment.order:${orderId}`;
}

export function publishChange({ publish }: Publisher, { id, orderId, version }: Payment): void {
  publish(paymentsTopic(orderId), { paymentId: id, version });
}

/** The order's total is met. */
export function capturedEvent(payment: Payment, paidAt: Date) {
  return { ...envelopeOf('payment.captured', payment), data: capturedData(payment, paidAt) };
}

export function partCapturedEvent(payment: Payment, paidAt: Date) {
  return { ...envelopeOf('payment.part-captured', payment), data: capturedData(payment, paidAt) };
}

function capturedData(payment: Payment, paidAt: Date) {
  const { amount, tip, method } = payment;
  return { ...refOf(payment), amount, ...(tip > 0 && { tip }), method, paidAt: paidAt.toISOString() };
}

export function failedEvent(payment: Payment, reason: string) {
  return { ...envelopeOf('payment.failed', payment), data: { ...refOf(payment), reason } };
}

/**
 * @param lostTotal what disputes have taken of the payment for good. @param ofOrder null where the payment's own figures say it. @param tip what
 * of the refund was of the tip.
 */
export function refundedEvent(
  payment: Payment,
  { id: refundId, amount, settledAt }: Refund,
  lostTotal: number,
  ofOrder: OrderMoney | null,
  tip: number,
) {
  return {
    ...envelopeOf('payment.refunded', payment),
    data: {
      ...refOf(payment),
      refundId,
      amount,
      refundedTotal: payment.refunded,
      ...(lostTotal > 0 && { lostTotal }),
      capturedTotal: payment.amount,
      isFull: payment.refunded === payment.amount,
      ...(tip > 0 && { tip }),
      refundedAt: (settledAt ?? payment.changedAt).toISOString(),
      ...(ofOrder !== null && { ofOrder }),
    },
  };
}

export function disputeOpenedEvent(payment: Payment, { id: disputeId, amount, reason }: Dispute) {
  return {
    ...envelopeOf('payment.dispute-opened', payment),
    data: { ...refOf(payment), disputeId, amount, reason },
  };
}

export function disputeWonEvent(payment: Payment, { id: disputeId, amount }: Dispute) {
  return {
    ...envelopeOf('payment.dispute-closed', payment),
    data: { ...refOf(payment), disputeId, amount, outcome: 'WON' as const },
  };
}

/** @param lostTotal what disputes have taken of the payment for good, this one included. @param tip what this one took of the tip. */
export function disputeLostEvent(
  payment: Payment,
  { id: disputeId, amount, closedAt }: Dispute,
  lostTotal: number,
  ofOrder: OrderMoney | null,
  tip: number,
) {
  const lostAt = (closedAt ?? payment.changedAt).toISOString();
  const { refunded: refundedTotal, amount: capturedTotal } = payment;
  const totals = { refundedTotal, lostTotal, capturedTotal, lostAt };
  const loss = { ...totals, ...(tip > 0 && { tip }), ...(ofOrder !== null && { ofOrder }) };
  return {
    ...envelopeOf('payment.dispute-closed', payment),
    data: {
      ...refOf(payment),
      ...{ disputeId, amount, outcome: 'LOST' as const },
      ...(!payment.isSurplus && { loss }),
    },
  };
}

function envelopeOf<Type extends EventType>(type: Type, { id, version }: Payment) {
  return { type, aggregateId: id, aggregateVersion: version };
}

function refOf({ id, orderId, customerId, outletId, franchiseId }: Payment) {
  return { paymentId: id, orderId, customerId, outletId, franchiseId };
}
