/**
 * When a payment's provider was last sent a charge request, so that a charge whose answer was lost is searched for as long
 * as it can exist. Written before the request, and taken back when no connection came about. Every other process that sets
 * out to charge counts up `checks` first: a payment that somebody else may have charged stays as it is.
 */
import type { ProviderName } from '../domain/methods.js';
import type { Payment } from '../domain/records.js';
import { CALL_LEASE_SECONDS } from '../domain/retry-schedule.js';
import type { Charge } from '../providers/provider.js';
import type { WithOwnPool } from './database.js';
import { PAYMENT_COLUMNS } from './rows.js';

/** For a process that continues a payment which another began and may still be charging. */
export async function claimPayment({ pool }: WithOwnPool, id: string): Promise<void> {
  await pool.query({
    name: 'payment-claim',
    text: `UPDATE payment SET checks = checks + 1, next_check_at = now() + make_interval(secs => ${CALL_LEASE_SECONDS})
      WHERE id = $1 AND status = 'PENDING'`,
    values: [id],
  });
}

export async function updateChargeAttempted({ pool }: WithOwnPool, { id }: Payment): Promise<void> {
  await pool.query({
    name: 'payment-charge-attempted',
    text: 'UPDATE payment SET asked_at = now() WHERE id = $1',
    values: [id],
  });
}

/** @param attemptedBefore when the attempt before this one was made; null when there was none. */
export async function updateChargeNotAttempted(
  { pool }: WithOwnPool,
  { id, checks }: Payment,
  attemptedBefore: Date | null,
): Promise<void> {
  await pool.query({
    name: 'payment-charge-not-attempted',
    text: 'UPDATE payment SET asked_at = $3 WHERE id = $1 AND checks = $2',
    values: [id, checks, attemptedBefore],
  });
}

/**
 * Moves a payment to another provider, for the process that began it and could not reach the first.
 * @returns null when it stays where it is.
 */
export async function updateProvider(
  { pool }: WithOwnPool,
  { id, provider }: Payment,
  next: ProviderName,
): Promise<Payment | null> {
  const { rows } = await pool.query<Payment>({
    name: 'payment-failover',
    text: `
      UPDATE payment SET provider = $3, version = version + 1, changed_at = now(), asked_at = now(),
        next_check_at = now() + make_interval(secs => ${CALL_LEASE_SECONDS})
      WHERE id = $1 AND provider = $2 AND status = 'PENDING' AND transaction_id IS NULL AND checks = 0
      RETURNING ${PAYMENT_COLUMNS}`,
    values: [id, provider, next],
  });
  return rows[0] ?? null;
}

/**
 * Records a charge that waits for the guest; what was recorded before only moves the next check.
 * @returns null when the payment waits for this charge no longer.
 */
export async function updatePendingCharge(
  { pool }: WithOwnPool,
  { id, provider }: Payment,
  { transactionId, redirectUrl, qrCode }: Charge,
  nextCheckSeconds: number,
): Promise<Payment | null> {
  const { rows } = await pool.query<Payment>({
    name: 'payment-pending-charge',
    text: `SELECT ${PAYMENT_COLUMNS} FROM record_pending_charge($1, $2, $3, $4, $5, $6)`,
    values: [id, provider, transactionId, redirectUrl, qrCode, nextCheckSeconds],
  });
  return rows[0] ?? null;
}
