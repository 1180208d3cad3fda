/**
 * A payment's life as one table. A payment that failed can still turn out paid: a provider may report money after we
 * stopped waiting for it, and money that came is never denied.
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
