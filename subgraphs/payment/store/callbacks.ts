/** Callbacks that have had their effect, by the provider's own event id. */
import type { ProviderName } from '../domain/methods.js';
import type { WithOwnPool } from './database.js';

const DELETED_AT_ONCE = 5_000;

export async function insertHandledCallback(
  { pool }: WithOwnPool,
  provider: ProviderName,
  eventId: string,
): Promise<void> {
  await pool.query({
    name: 'callback-handled',
    text: 'INSERT INTO provider_callback (provider, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    values: [provider, eventId],
  });
}

/**
 * Those of more than three days ago: longer than any provider repeats a callback.
 * @returns whether there may be more of them.
 */
export async function deleteOldCallbacks({ pool }: WithOwnPool): Promise<boolean> {
  const { rowCount } = await pool.query(
    `DELETE FROM provider_callback WHERE (provider, event_id) IN (SELECT provider, event_id FROM provider_callback
       WHERE handled_at < now() - interval '3 days' ORDER BY handled_at LIMIT ${DELETED_AT_ONCE})`,
  );
  return rowCount === DELETED_AT_ONCE;
}
