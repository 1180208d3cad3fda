/**
 * What comes of nearly every charge, in one statement each: the provider takes it up, or has the money for an order that
 * waits for it. Where the payment or its order stands otherwise nothing is written, and `recordCharge` decides.
 */
import type { Cause } from '../../../platform/events/envelope.js';
import { outboxRow } from '../../../platform/events/outbox.js';
import { newId } from '../../../platform/ids.js';
import { entriesOf } from '../domain/ledger.js';
import { secondsUntilCheck, secondsUntilRefundLookup } from '../domain/retry-schedule.js';
import type { Charge } from '../providers/provider.js';
import type { PaymentDatabase } from './database.js';
import { capturedEvent, tellWatchers } from './payment-events.js';
import { PAYMENT_COLUMNS, type Payment } from './records.js';

type Writer = Pick<PaymentDatabase, 'pool' | 'publish' | 'wakeRelay'>;

const TAKE_UP = `
  UPDATE payment SET transaction_id = $2, redirect_url = $3, qr_code = $4, channel = NULL, version = version + 1,
    changed_at = now(), next_check_at = now() + make_interval(secs => $5)
  WHERE id = $1 AND status = 'PENDING' AND transaction_id IS NULL AND provider = $6
  RETURNING ${PAYMENT_COLUMNS}`;

/** Null when nothing was written. */
export async function recordPending(
  database: Writer,
  { id, provider, checks }: Payment,
  { transactionId, redirectUrl, qrCode }: Charge,
): Promise<Payment | null> {
  const { rows } = await database.pool.query<Payment>({
    name: 'payment-taken-up',
    text: TAKE_UP,
    values: [id, transactionId, redirectUrl, qrCode, secondsUntilCheck(checks), provider],
  });
  return told(database, rows[0]);
}

/** A payment that is pending is the only one of its order, so no other can have been captured. */
const CAPTURE = `
  WITH alive AS (
    SELECT id FROM order_copy WHERE id = $2 AND status = 'AWAITING_PAYMENT' FOR UPDATE
  ), paid AS (
    UPDATE payment SET status = 'PAID', transaction_id = $3, failure_reason = NULL, channel = NULL,
      version = payment.version + 1, paid_at = $4::timestamptz, changed_at = $4, next_check_at = NULL,
      refund_lookup_at = $4::timestamptz + make_interval(secs => $15)
    FROM alive WHERE payment.id = $1 AND payment.status = 'PENDING' AND payment.provider = $5::"PaymentProvider"
    RETURNING payment.*
  ), booked AS (
    INSERT INTO ledger_transaction (id, reason, subject_id, payment_id, provider, method, outlet_id, franchise_id)
    SELECT $6::uuid, 'CAPTURE', id, id, provider, method, outlet_id, franchise_id FROM paid
  ), entered AS (
    INSERT INTO ledger_entry (transaction_id, account, amount)
    SELECT $6, entry.account, entry.amount FROM paid, unnest($7::"LedgerAccount"[], $8::bigint[]) AS entry (account, amount)
  ), told AS (
    INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
    SELECT $9::uuid, $10, 1, $11, $4, id::text, paid.version, $12::jsonb, $13::jsonb FROM paid
  ), heard AS (
    INSERT INTO provider_callback (provider, event_id) SELECT $5::"PaymentProvider", $14::text FROM paid WHERE $14::text IS NOT NULL
    ON CONFLICT DO NOTHING
  )
  SELECT ${PAYMENT_COLUMNS} FROM paid`;

/**
 * Null when nothing was written.
 * @param eventId the callback that told of it, which has had its effect then.
 */
export async function recordCaptured(
  database: Writer,
  cause: Cause,
  payment: Payment,
  { transactionId }: Charge,
  eventId: string | null,
): Promise<Payment | null> {
  const paidAt = new Date();
  const entries = entriesOf('CAPTURE', payment);
  const event = outboxRow('payment', capturedEvent(payment, paidAt), cause);
  const { rows } = await database.pool.query<Payment>({
    name: 'payment-captured',
    text: CAPTURE,
    values: [
      payment.id,
      payment.orderId,
      transactionId,
      paidAt,
      payment.provider,
      newId(),
      entries.map(({ account }) => account),
      entries.map(({ amount }) => amount),
      event.id,
      event.type,
      event.source,
      event.data,
      event.metadata,
      eventId,
      secondsUntilRefundLookup(0),
    ],
  });
  if (rows.length > 0) database.wakeRelay();
  return told(database, rows[0]);
}

function told(database: Writer, payment: Payment | undefined): Payment | null {
  if (payment === undefined) return null;
  tellWatchers(database, payment);
  return payment;
}
