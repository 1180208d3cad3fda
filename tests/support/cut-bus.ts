/** Cuts the connections on which a platform's bus listens, at the server; the bus makes new ones by itself. */
import type { Platform } from '../../platform/platform.js';

export async function cutBus({ redis, pool }: Platform): Promise<void> {
  await redis?.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await pool?.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'kedai-bus' AND datname = current_database()`,
  );
}
