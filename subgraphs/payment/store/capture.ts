/**
 * Writes a capture: the payment, its ledger entries, its event and the callback that reported it, in one statement. Which
 * payments may be captured, and what of, is decided by the operation that calls it (operations/record-charge.ts).
 */
import type { OutboxRow } from '../../../platform/events/outbox.js';
import { newId } from '../../../platform/ids.js';
import { entriesOf } from '../domain/ledger.js';
import type { OrderStatus } from '../domain/order-status.js';
import type { PaymentStatus } from '../domain/payment-state.js';
import type { Payment } from '../domain/records.js';
import type { Transaction, WithOwnPool } from './database.js';
import { PAYMENT_COLUMNS, paymentOf } from './rows.js';

export interface Capture {
  readonly payment: Payment;
  readonly transactionId: string | null;
  readonly isSurplus: boolean;
  readonly paidAt: Date;
  readonly refundLookupAt: Date | null;
}

/** What is written along with a capture outside a transaction. */
export interface CaptureReport {
  readonly event: OutboxRow;
  /** The callback that reported it; null when none did. */
  readonly callbackId: string | null;
}

export interface CaptureCondition {
  readonly payment: PaymentStatus;
  readonly order: OrderStatus;
}

/** A payment is captured for its own order alone; its ledger entries get its tenant. */
const CAPTURED = `
  WITH payable AS (
    SELECT id FROM order_copy WHERE id = $2::uuid AND ($3::"OrderStatus" IS NULL OR status = $3::"OrderStatus") FOR UPDATE
  ), paid AS (
    UPDATE payment SET status = 'PAID', is_surplus = $4::boolean, transaction_id = $5::text, failure_reason = NULL,
      channel = NULL, version = payment.version + 1, paid_at = $6::timestamptz, changed_at = $6::timestamptz,
      next_check_at = NULL, refund_lookup_at = $7::timestamptz
    FROM payable
    WHERE payment.id = $1::uuid AND payment.order_id = payable.id AND payment.status = $8::"PaymentStatus"
      AND payment.provider = $9::"PaymentProvider"
    RETURNING payment.*
  ), booked AS (
    INSERT INTO ledger_transaction (id, reason, subject_id, payment_id, provider, method, outlet_id, franchise_id)
    SELECT $10::uuid, 'CAPTURE', id, id, provider, method, outlet_id, franchise_id FROM paid
  ), entered AS (
    INSERT INTO ledger_entry (transaction_id, account, amount, outlet_id, franchise_id)
    SELECT $10::uuid, entry.account::"LedgerAccount", entry.amount, paid.outlet_id, paid.franchise_id
    FROM paid, jsonb_to_recordset($11::jsonb) AS entry (account text, amount bigint)
  )`;

const CAPTURE = `${CAPTURED}
  SELECT ${PAYMENT_COLUMNS} FROM paid`;

/** On the subgraph's own database: callers write no callbacks. */
const CAPTURE_AND_REPORT = `${CAPTURED}, published AS (
    INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
    SELECT event.id, event.type, event.version, event.source, $6::timestamptz, paid.id::text, paid.version, event.data,
           event.metadata
    FROM paid, jsonb_to_record($12::jsonb) AS event (id uuid, type text, version int, source text, data jsonb, metadata jsonb)
  ), handled AS (
    INSERT INTO provider_callback (provider, event_id)
    SELECT $9::"PaymentProvider", $13::text FROM paid WHERE $13::text IS NOT NULL
    ON CONFLICT DO NOTHING
  )
  SELECT ${PAYMENT_COLUMNS} FROM paid`;

/** Captures where payment and order stand as `condition` says. @returns null when nothing was written. */
export async function updateCaptured(
  { pool }: WithOwnPool,
  capture: Capture,
  condition: CaptureCondition,
  report: CaptureReport,
): Promise<Payment | null> {
  const { rows } = await pool.query<Payment>({
    name: 'payment-capture',
    text: CAPTURE_AND_REPORT,
    values: [...valuesOf(capture, condition), JSON.stringify(report.event), report.callbackId],
  });
  return rows[0] ?? null;
}

/** Captures a payment that the transaction has locked; its event is the transaction's to emit. */
export async function updateLockedCaptured(tx: Transaction, capture: Capture): Promise<Payment> {
  const { id, status } = capture.payment;
  const values = valuesOf(capture, { payment: status, order: null });
  const captured = await tx.$executeRawUnsafe(CAPTURE, ...values);
  if (captured !== 1) throw new Error(`Payment ${id} is locked and was not captured`);
  return paymentOf(await tx.payment.findUniqueOrThrow({ where: { id } }));
}

function valuesOf(
  { payment, transactionId, isSurplus, paidAt, refundLookupAt }: Capture,
  condition: { readonly payment: PaymentStatus; readonly order: OrderStatus | null },
): unknown[] {
  const { id, orderId, provider, amount } = payment;
  return [
    id,
    orderId,
    condition.order,
    isSurplus,
    transactionId,
    paidAt.toISOString(),
    refundLookupAt?.toISOString() ?? null,
    condition.payment,
    provider,
    newId(),
    JSON.stringify(entriesOf('CAPTURE', { provider, amount, isSurplus })),
  ];
}
