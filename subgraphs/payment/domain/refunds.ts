/** How much of a payment can be given back, and what giving back makes of it. */
import type { PaymentStatus } from './payment-state.js';

export interface RefundFigures {
  readonly amount: number;
  /** What refunds have given back. */
  readonly refunded: number;
  /** What refunds have given back or are about to. */
  readonly refundsHeld: number;
}

export function refundable({ amount, refundsHeld }: RefundFigures): number {
  return amount - refundsHeld;
}

/** The status of a captured payment by what it has given back. */
export function statusByRefunds({ amount, refunded }: RefundFigures): PaymentStatus {
  if (refunded === 0) return 'PAID';
  return refunded < amount ? 'PARTIALLY_REFUNDED' : 'REFUNDED';
}
