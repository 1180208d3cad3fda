/** Rows of the tables, read into the domain's records: amounts become numbers, and a row is never half read. */
import type {
  Dispute as DisputeRow,
  Payment as PaymentRow,
  Refund as RefundRow,
} from '../../../prisma/payment/client/client.js';
import type { Dispute, Payment, Refund } from '../domain/records.js';

/** A payment in SQL, its columns named and typed as in `Payment`. */
export const PAYMENT_COLUMNS = columnsOf([
  ['id', 'id'],
  ['orderId', 'order_id'],
  ['customerId', 'customer_id'],
  ['outletId', 'outlet_id'],
  ['franchiseId', 'franchise_id'],
  ['method', 'method'],
  ['provider', 'provider'],
  ['status', 'status'],
  ['version', 'version'],
  ['amount', 'amount::float8'],
  ['tip', 'tip::float8'],
  ['excess', 'excess::float8'],
  ['isDeposit', 'is_deposit'],
  ['tendered', 'tendered::float8'],
  ['refunded', 'refunded::float8'],
  ['refundsHeld', 'refunds_held::float8'],
  ['disputesHeld', 'disputes_held::float8'],
  ['isSurplus', 'is_surplus'],
  ['transactionId', 'transaction_id'],
  ['redirectUrl', 'redirect_url'],
  ['qrCode', 'qr_code'],
  ['failureReason', 'failure_reason'],
  ['createdAt', 'created_at'],
  ['changedAt', 'changed_at'],
  ['paidAt', 'paid_at'],
  ['nextCheckAt', 'next_check_at'],
  ['checks', 'checks'],
  ['chargeAttemptedAt', 'asked_at'],
  ['refundLookupAt', 'refund_lookup_at'],
] as const satisfies readonly (readonly [keyof Payment, string])[]);

/** A refund in SQL, as `PAYMENT_COLUMNS`. */
export const REFUND_COLUMNS = columnsOf([
  ['id', 'id'],
  ['paymentId', 'payment_id'],
  ['amount', 'amount::float8'],
  ['reason', 'reason'],
  ['origin', 'origin'],
  ['disputeId', 'dispute_id'],
  ['status', 'status'],
  ['transactionId', 'transaction_id'],
  ['failureReason', 'failure_reason'],
  ['createdAt', 'created_at'],
  ['settledAt', 'settled_at'],
  ['nextCheckAt', 'next_check_at'],
  ['checks', 'checks'],
] as const satisfies readonly (readonly [keyof Refund, string])[]);

/** A dispute in SQL, as `PAYMENT_COLUMNS`. */
export const DISPUTE_COLUMNS = columnsOf([
  ['id', 'id'],
  ['paymentId', 'payment_id'],
  ['amount', 'amount::float8'],
  ['reason', 'reason'],
  ['status', 'status'],
  ['openedBy', 'opened_by'],
  ['openedAt', 'opened_at'],
  ['evidence', 'evidence'],
  ['evidenceSubmittedAt', 'evidence_submitted_at'],
  ['closedAt', 'closed_at'],
] as const satisfies readonly (readonly [keyof Dispute, string])[]);

function columnsOf(columns: readonly (readonly [name: string, column: string])[]): string {
  return columns.map(([name, column]) => `${column} AS "${name}"`).join(', ');
}

export function paymentOf({ channel: _, ...row }: PaymentRow): Payment {
  return {
    ...row,
    amount: Number(row.amount),
    tip: Number(row.tip),
    excess: Number(row.excess),
    tendered: row.tendered === null ? null : Number(row.tendered),
    refunded: Number(row.refunded),
    refundsHeld: Number(row.refundsHeld),
    disputesHeld: Number(row.disputesHeld),
  };
}

export function refundOf({
  customerId: _,
  outletId: _outlet,
  franchiseId: _franchise,
  ...row
}: RefundRow): Refund {
  return { ...row, amount: Number(row.amount) };
}

export function disputeOf({ outletId: _, franchiseId: _franchise, ...row }: DisputeRow): Dispute {
  return { ...row, amount: Number(row.amount) };
}
