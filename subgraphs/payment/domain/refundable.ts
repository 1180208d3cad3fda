/** How much of a payment is free to be given back, by a refund or to a dispute, and what refunds make of it. */
import type { PaymentStatus } from './payment-state.js';

export interface GivenBack {
  readonly amount: number;
  /** What refunds have given back. */
  readonly refunded: number;
  /** What refunds have given back or are about to. */
  readonly refundsHeld: number;
  /** What disputes hold while they are open, or have taken for good. */
  readonly disputesHeld: number;
}

export function refundableAmount({ amount, refundsHeld, disputesHeld }: GivenBack): number {
  return amount - refundsHeld - disputesHeld;
}

/** The status of a captured payment by what its refunds have given back. */
export function statusByRefunds({ amount, refunded }: Pick<GivenBack, 'amount' | 'refunded'>): PaymentStatus {
  if (refunded === 0) return 'PAID';
  return refunded < amount ? 'PARTIALLY_REFUNDED' : 'REFUNDED';
}
