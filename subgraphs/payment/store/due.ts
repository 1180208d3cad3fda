/**
 * What is due to be asked about at a provider. Claiming moves the next check on, so that of any number of processes one
 * asks, and the lock is gone before it does.
 */
import { CALL_LEASE_SECONDS } from '../domain/retry-schedule.js';
import type { PaymentDatabase } from './database.js';

const BATCH_SIZE = 64;
const LOOKUP_BATCH_SIZE = 16;

export function claimDuePayments(database: Pick<PaymentDatabase, 'pool'>): Promise<string[]> {
  return claim(database, 'payment');
}

/** Payments to be looked at for refunds made elsewhere. Few at a time: nobody waits for them. */
export async function claimDueRefundLookups({ pool }: Pick<PaymentDatabase, 'pool'>): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'payment-claim-refund-lookups',
    text: `
      UPDATE payment SET refund_lookup_at = now() + make_interval(secs => ${CALL_LEASE_SECONDS})
      WHERE id IN (
        SELECT id FROM payment WHERE refund_lookup_at <= now()
        ORDER BY refund_lookup_at LIMIT ${LOOKUP_BATCH_SIZE} FOR UPDATE SKIP LOCKED
      ) RETURNING id`,
  });
  return rows.map(({ id }) => id);
}

export function claimDueRefunds(database: Pick<PaymentDatabase, 'pool'>): Promise<string[]> {
  return claim(database, 'refund');
}

/**
 * For whoever goes on with a payment that somebody else began and may still be asking for: counted before asking, so that
 * nobody takes it to another provider any more (failover.ts).
 */
export async function claimPayment({ pool }: Pick<PaymentDatabase, 'pool'>, id: string): Promise<void> {
  await pool.query({
    name: 'payment-claim',
    text: `UPDATE payment SET checks = checks + 1, next_check_at = now() + make_interval(secs => ${CALL_LEASE_SECONDS})
      WHERE id = $1 AND status = 'PENDING'`,
    values: [id],
  });
}

async function claim(
  { pool }: Pick<PaymentDatabase, 'pool'>,
  table: 'payment' | 'refund',
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: `${table}-claim-due`,
    text: `
      UPDATE ${table} SET checks = checks + 1, next_check_at = now() + make_interval(secs => ${CALL_LEASE_SECONDS})
      WHERE id IN (
        SELECT id FROM ${table} WHERE next_check_at <= now()
        ORDER BY next_check_at LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED
      ) RETURNING id`,
  });
  return rows.map(({ id }) => id);
}
