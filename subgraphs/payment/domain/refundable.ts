/** How much of a payment can be given back, what its refunds make of it, and which refunds at a provider are not ours. */
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

export interface KnownRefund {
  readonly id: string;
  readonly status: 'PENDING' | 'SUCCEEDED' | 'FAILED';
  /** The provider's id of it, once there is one. */
  readonly transactionId: string | null;
}

export interface ListedRefund {
  readonly status: KnownRefund['status'];
  readonly transactionId: string;
  /** The key of the request for it: the id of a refund of ours, or somebody else's. */
  readonly key: string | null;
}

/**
 * The refunds of a provider's list that moved or hold money and that no refund of ours stands for. One that the provider
 * refused to us and made all the same is among them.
 */
export function unaccountedRefunds<Listed extends ListedRefund>(
  listed: readonly Listed[],
  ours: readonly KnownRefund[],
): Listed[] {
  const transactionIds = new Set(ours.map(({ transactionId }) => transactionId));
  const keys = new Set(ours.filter(({ status }) => status !== 'FAILED').map(({ id }) => id));
  return listed.filter(
    ({ status, transactionId, key }) =>
      status !== 'FAILED' && !transactionIds.has(transactionId) && (key === null || !keys.has(key)),
  );
}
