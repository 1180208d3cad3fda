/** Remembers which callbacks have had their effect. */
import type { ProviderName } from '../domain/methods.js';
import type { PaymentDatabase } from './database.js';

type Writer = Pick<PaymentDatabase, 'pool'>;

export async function markHandled({ pool }: Writer, provider: ProviderName, eventId: string): Promise<void> {
  await pool.query({
    name: 'callback-handled',
    text: 'INSERT INTO provider_callback (provider, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    values: [provider, eventId],
  });
}
