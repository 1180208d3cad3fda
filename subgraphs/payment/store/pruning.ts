/** Forgets keys and callbacks after three days: longer than any client or provider tries again. */
import type { PaymentDatabase } from './database.js';

const BATCH_SIZE = 5_000;

export async function prune({ pool }: Pick<PaymentDatabase, 'pool'>): Promise<void> {
  await pool.query(
    `DELETE FROM idempotency WHERE (scope, key) IN (SELECT scope, key FROM idempotency
       WHERE created_at < now() - interval '3 days' ORDER BY created_at LIMIT ${BATCH_SIZE})`,
  );
  await pool.query(
    `DELETE FROM provider_callback WHERE (provider, event_id) IN (SELECT provider, event_id FROM provider_callback
       WHERE handled_at < now() - interval '3 days' ORDER BY handled_at LIMIT ${BATCH_SIZE})`,
  );
}
