/** The copy of outlets: which franchise each belongs to. */
import type { PaymentDatabase } from './database.js';

export interface OutletChange {
  readonly id: string;
  readonly franchiseId: string;
  readonly name: string;
  readonly version: number;
}

/** One that comes late changes nothing. */
export async function copyOutlet(
  { pool }: Pick<PaymentDatabase, 'pool'>,
  { id, franchiseId, name, version }: OutletChange,
): Promise<void> {
  await pool.query(
    `INSERT INTO outlet_copy AS known (id, franchise_id, name, version) VALUES ($1, $2, $3, $4)
     ON CONFLICT (id) DO UPDATE SET franchise_id = excluded.franchise_id, name = excluded.name,
       version = excluded.version WHERE known.version < excluded.version`,
    [id, franchiseId, name, version],
  );
}
