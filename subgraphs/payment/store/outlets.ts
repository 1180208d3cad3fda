/** The copy of outlets: which franchise each belongs to, and when its days begin. */
import type { PaymentDatabase } from './database.js';

export interface OutletChange {
  readonly id: string;
  readonly franchiseId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly version: number;
}

/** One that comes late changes nothing; a time zone that PostgreSQL does not know counts as UTC. */
export async function copyOutlet(
  { pool }: Pick<PaymentDatabase, 'pool'>,
  { id, franchiseId, name, timeZone, version }: OutletChange,
): Promise<void> {
  await pool.query(
    `INSERT INTO outlet_copy AS known (id, franchise_id, name, time_zone, version)
     VALUES ($1, $2, $3, coalesce((SELECT zone.name FROM pg_timezone_names zone WHERE zone.name = $4), 'UTC'), $5)
     ON CONFLICT (id) DO UPDATE SET franchise_id = excluded.franchise_id, name = excluded.name,
       time_zone = excluded.time_zone, version = excluded.version WHERE known.version < excluded.version`,
    [id, franchiseId, name, timeZone, version],
  );
}
