/**
 * The states of a payment as one table. A failed payment can still become paid: a provider may report money after we
 * stopped waiting for it, and money that was captured is always recorded.
 */
export type PaymentStatus = 'PENDING' | 'PAID' | 'FAILED' | 'PARTIALLY_REFUNDED' | 'REFUNDED';

const TRANSITIONS: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  PENDING: ['PAID', 'FAILED'],
  FAILED: ['PAID'],
  PAID: ['PARTIALLY_REFUNDED', 'REFUNDED'],
  PARTIALLY_REFUNDED: ['PARTIALLY_REFUNDED', 'REFUNDED'],
  REFUNDED: [],
};

export function canBecome(from: PaymentStatus, to: PaymentStatus): boolean {
  return TRANSITIONS[from].includes(to);
}

/** Whether the provider holds, or has held, the money. */
export function isCaptured(status: PaymentStatus): boolean {
  return status !== 'PENDING' && status !== 'FAILED';
}
