/** What an event says is gone of an order's money: of all its payments, where several paid for it. */
import type { EventData } from '../../../platform/events/event-types.js';

type Refunded = Pick<
  EventData['payment.refunded'],
  'refundedTotal' | 'lostTotal' | 'capturedTotal' | 'isFull' | 'ofOrder'
>;
type Loss = NonNullable<EventData['payment.dispute-closed']['loss']>;

export interface MoneyGone {
  readonly refunded: number;
  readonly captured: number;
}

export function moneyOfRefund({
  refundedTotal,
  lostTotal = 0,
  capturedTotal,
  isFull,
  ofOrder,
}: Refunded): MoneyGone & { readonly isFull: boolean } {
  if (ofOrder === undefined) return { refunded: refundedTotal + lostTotal, captured: capturedTotal, isFull };
  return { refunded: ofOrder.goneTotal, captured: ofOrder.capturedTotal, isFull: ofOrder.isFull };
}

export function moneyOfLoss({ refundedTotal, lostTotal, capturedTotal, ofOrder }: Loss): MoneyGone {
  if (ofOrder === undefined) return { refunded: refundedTotal + lostTotal, captured: capturedTotal };
  return { refunded: ofOrder.goneTotal, captured: ofOrder.capturedTotal };
}
