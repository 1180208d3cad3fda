/**
 * Takes a payment to another provider, for whoever began it and has reached nobody. Anybody else who sets out to ask is
 * counted first (`checks`), so where one may have asked the payment stays: a charge whose outcome is unknown is never made
 * anew elsewhere.
 */

import type { ProviderName } from '../domain/methods.js';
import { CALL_LEASE_SECONDS } from '../domain/retry-schedule.js';
import type { PaymentDatabase } from './database.js';
import { tellWatchers } from './payment-events.js';
import { PAYMENT_COLUMNS, type Payment } from './records.js';

/** Null when it stays where it is. */
export async function failOver(
  database: Pick<PaymentDatabase, 'pool' | 'publish'>,
  { id, provider }: Payment,
  next: ProviderName,
): Promise<Payment | null> {
  const { rows } = await database.pool.query<Payment>({
    name: 'payment-failover',
    text: `
      UPDATE payment SET provider = $3, version = version + 1, changed_at = now(), asked_at = now(),
        next_check_at = now() + make_interval(secs => ${CALL_LEASE_SECONDS})
      WHERE id = $1 AND provider = $2 AND status = 'PENDING' AND transaction_id IS NULL AND checks = 0
      RETURNING ${PAYMENT_COLUMNS}`,
    values: [id, provider, next],
  });
  const [moved] = rows;
  if (moved === undefined) return null;
  tellWatchers(database, moved);
  return moved;
}
