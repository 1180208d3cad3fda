/**
 * Keeps when a payment's provider was last asked to charge it (`asked_at`), so that a charge whose answer was lost is looked
 * for as long as there can be one. Written before the provider is asked, and taken back when nobody was reached.
 */
import type { PaymentDatabase } from './database.js';
import type { Payment } from './records.js';

type Writer = Pick<PaymentDatabase, 'pool'>;

export async function recordAsking({ pool }: Writer, { id }: Payment): Promise<void> {
  await pool.query({
    name: 'payment-asking',
    text: 'UPDATE payment SET asked_at = now() WHERE id = $1',
    values: [id],
  });
}

/**
 * Whoever else sets out to ask is counted first (`checks`): what was written stands where somebody else may have asked.
 * @param askedBefore when the attempt before this one was made; null when there was none.
 */
export async function takeBackAsking(
  { pool }: Writer,
  { id, checks }: Payment,
  askedBefore: Date | null,
): Promise<void> {
  await pool.query({
    name: 'payment-not-asked',
    text: 'UPDATE payment SET asked_at = $3 WHERE id = $1 AND checks = $2',
    values: [id, checks, askedBefore],
  });
}
