/** A payment from its events. Totals of refunds only rise, so their order does not matter. */
import type { HistoryEvent } from './history-event.js';

export interface RebuiltPayment {
  readonly status: 'PAID' | 'PARTIALLY_REFUNDED' | 'REFUNDED';
  readonly captured: number;
  readonly refunded: number;
}

/** @param payment null until it is captured. */
export function paymentAfter(payment: RebuiltPayment | null, event: HistoryEvent): RebuiltPayment | null {
  if (event.type === 'payment.captured' || event.type === 'payment.part-captured') {
    return { status: 'PAID', captured: event.data.amount, refunded: 0 };
  }
  if (event.type !== 'payment.refunded' || payment === null) return payment;
  const refunded = Math.max(payment.refunded, event.data.refundedTotal);
  const status = refunded < payment.captured ? 'PARTIALLY_REFUNDED' : 'REFUNDED';
  return { ...payment, status, refunded };
}

export const PAYMENT_EVENTS = ['payment.captured', 'payment.part-captured', 'payment.refunded'];
