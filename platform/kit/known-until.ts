/**
 * As of when a report is: figures as they were known then, which answer the same for good. Without a wish it is the latest moment at which all is
 * committed that belongs to it (the database's function `known_until`), and never later than that.
 */
import type { Statements } from '../database/caller-database.js';

/** Asked in a statement of its own, before those that read. @param wished null for now. */
export async function reportedAsOf(pool: Statements, wished: Date | null): Promise<Date> {
  const { rows } = await pool.query<{ at: Date }>({
    name: 'known-until',
    text: 'SELECT known_until() AS at',
  });
  const [known] = rows;
  if (known === undefined) throw new Error('A function answers a row');
  return wished !== null && wished < known.at ? wished : known.at;
}
