/**
 * Writes a capture in one statement, a function of the database (migration `receipts`): the payment, its ledger entries, its event, the
 * callback that reported it, and the receipt where the order's total is met. Which payments may be captured, and what of, is decided by the operation that
 * calls it (operations/record-charge.ts).
 */
import type { OutboxRow } from '../../../platform/events/outbox.js';
import { newId } from '../../../platform/ids.js';
import type { ChargeShares } from '../../../platform/order-charges.js';
import { entriesOf } from '../domain/ledger.js';
import type { CapturedShares } from '../domain/order-money.js';
import type { OrderStatus } from '../domain/order-status.js';
import type { PaymentStatus } from '../domain/payment-state.js';
import type { Payment } from '../domain/records.js';
import { sharesOf } from '../domain/shares.js';
import type { Transaction, WithOwnPool } from './database.js';
import { PAYMENT_COLUMNS, paymentOf } from './rows.js';

export interface Capture {
  readonly payment: Payment;
  readonly transactionId: string | null;
  readonly paidAt: Date;
  readonly refundLookupAt: Date | null;
}

/** What is written along with a capture outside a transaction. */
export interface CaptureReport {
  readonly event: OutboxRow;
  /** The callback that reported it; null when none did. */
  readonly callbackId: string | null;
}

/** It meets its order's total alone: what that is for is booked by the statement itself. */
const WHOLE = { isSurplus: false, excess: null, isDeposit: false } as const;

export interface CaptureCondition {
  readonly payment: PaymentStatus;
  readonly order: OrderStatus;
}

const CAPTURE = `SELECT ${PAYMENT_COLUMNS} FROM capture_payment($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`;

/** Prisma's parameters are of no type of their own. */
const CAPTURE_IN_TRANSACTION = `
  SELECT FROM capture_payment($1::uuid, $2::uuid, $3::"OrderStatus", $4::"PaymentStatus", $5::"PaymentProvider", $6::boolean, $7::text,
    $8::timestamptz, $9::timestamptz, $10::uuid, $11::jsonb, $12::jsonb, $13::text, $14::bigint, $15::boolean)`;

/**
 * Captures a payment that meets its order's total alone, where both stand as `condition` says.
 * @returns null when nothing was written.
 */
export async function updateCaptured(
  { pool }: WithOwnPool,
  capture: Capture,
  condition: CaptureCondition,
  report: CaptureReport,
): Promise<Payment | null> {
  const { rows } = await pool.query<Payment>({
    name: 'payment-capture',
    text: CAPTURE,
    values: valuesOf(capture, WHOLE, condition, report),
  });
  return rows[0] ?? null;
}

/**
 * Captures a payment whose order the transaction has locked; its event is the transaction's to emit.
 * @param ofSale what the order's money in it is for, where it meets the total.
 */
export async function updateLockedCaptured(
  tx: Transaction,
  capture: Capture,
  shares: CapturedShares,
  ofSale: ChargeShares | undefined,
): Promise<Payment> {
  const { id, status } = capture.payment;
  const values = valuesOf(capture, shares, { payment: status, order: null }, null, ofSale);
  const captured = await tx.$executeRawUnsafe(CAPTURE_IN_TRANSACTION, ...values);
  if (captured !== 1) throw new Error(`Payment ${id} is locked and was not captured`);
  return paymentOf(await tx.payment.findUniqueOrThrow({ where: { id } }));
}

function valuesOf(
  { payment, transactionId, paidAt, refundLookupAt }: Capture,
  capturedShares: CapturedShares | typeof WHOLE,
  condition: { readonly payment: PaymentStatus; readonly order: OrderStatus | null },
  report: CaptureReport | null,
  ofSale?: ChargeShares,
): unknown[] {
  const { id, orderId, provider } = payment;
  const { isSurplus, excess, isDeposit } = capturedShares;
  const shares = sharesOf({ ...payment, isSurplus, excess: excess ?? 0 });
  return [
    id,
    orderId,
    condition.order,
    condition.payment,
    provider,
    isSurplus,
    transactionId,
    paidAt.toISOString(),
    refundLookupAt?.toISOString() ?? null,
    newId(),
    JSON.stringify(entriesOf('CAPTURE', { provider, shares, ofSale, isDeposit })),
    report && JSON.stringify(report.event),
    report?.callbackId ?? null,
    excess,
    isDeposit,
  ];
}
