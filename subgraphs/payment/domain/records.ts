/** Payments, refunds, disputes and copies of orders as every part of the subgraph sees them. Amounts are whole rupiah. */
import type { OrderCharges } from '../../../platform/order-charges.js';
import type { DisputeStatus } from './dispute-state.js';
import type { PaymentMethod, ProviderName } from './methods.js';
import type { OrderStatus } from './order-status.js';
import type { PaymentStatus } from './payment-state.js';

export interface Payment {
  readonly id: string;
  readonly orderId: string;
  /** Its order's. */
  readonly customerId: string | null;
  readonly outletId: string;
  readonly franchiseId: string;
  readonly method: PaymentMethod;
  readonly provider: ProviderName | 'CASH';
  readonly status: PaymentStatus;
  /** Rises with every change that others may see. */
  readonly version: number;
  /** All that is charged, the tip included. */
  readonly amount: number;
  readonly tip: number;
  /** What of it came above the order's total: given back. */
  readonly excess: number;
  /** Captured while the order's total is not met: owed to the guest until it is. */
  readonly isDeposit: boolean;
  /** CASH: what the guest gave, once it is known; the rest is change. */
  readonly tendered: number | null;
  /** What refunds have given back. */
  readonly refunded: number;
  /** What refunds have given back or are about to. */
  readonly refundsHeld: number;
  /** What disputes hold while they are open, or have taken for good. */
  readonly disputesHeld: number;
  /** All of it was captured although the order's total was met: given back at once, and never the order's. */
  readonly isSurplus: boolean;
  readonly transactionId: string | null;
  readonly redirectUrl: string | null;
  readonly qrCode: string | null;
  readonly failureReason: string | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly paidAt: Date | null;
  /** When to look at the provider, or to retry a refused refund; null when there is nothing to do. */
  readonly nextCheckAt: Date | null;
  readonly checks: number;
  /** When the provider was last sent a charge request; null when none can have arrived. */
  readonly chargeAttemptedAt: Date | null;
  /** When to look for refunds made at the provider's dashboard; null when there can be none. */
  readonly refundLookupAt: Date | null;
}

/** What the audit trail says of a payment. */
export function recordedState({ status, paidAt, refunded, refundsHeld, disputesHeld }: Payment) {
  return { status, paidAt, refunded, refundsHeld, disputesHeld };
}

export type RefundStatus = 'PENDING' | 'SUCCEEDED' | 'FAILED';

/** Made by staff here, by the order's own end, or at the provider's dashboard. */
export type RefundOrigin = 'STAFF' | 'ORDER' | 'PROVIDER';

export interface Refund {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly reason: string;
  readonly origin: RefundOrigin;
  /** The dispute that was won after the order's end, and whose money this is. */
  readonly disputeId: string | null;
  readonly status: RefundStatus;
  readonly transactionId: string | null;
  readonly failureReason: string | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
  readonly nextCheckAt: Date | null;
  readonly checks: number;
}

/** A refund lies where its payment lies. */
export type RefundKey = Pick<Refund, 'paymentId' | 'id'>;

export interface Dispute {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly reason: string;
  readonly status: DisputeStatus;
  readonly openedBy: string;
  readonly openedAt: Date;
  readonly evidence: string | null;
  readonly evidenceSubmittedAt: Date | null;
  readonly closedAt: Date | null;
}

/** A dispute lies where its payment lies. */
export type DisputeKey = Pick<Dispute, 'paymentId' | 'id'>;

export interface OrderCopy {
  readonly id: string;
  /** Null for a guest without an account. */
  readonly customerId: string | null;
  /** Staff took it at the counter. */
  readonly isCounter: boolean;
  readonly outletId: string;
  readonly franchiseId: string;
  /** Null until `order.placed` has arrived. */
  readonly total: number | null;
  /** What of the total is for no line. */
  readonly charges: OrderCharges;
  readonly status: OrderStatus;
}
