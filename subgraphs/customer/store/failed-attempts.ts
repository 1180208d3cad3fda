/** Counts of failed attempts, each over a window that begins with its first failure. */
import type { OwnCustomerDatabase } from './database.js';

type Database = Pick<OwnCustomerDatabase, 'pool'>;

const PRUNED_AT_ONCE = 5_000;

export interface AttemptCount {
  /** This one included. */
  readonly attempts: number;
  readonly windowEndsAt: Date;
}

/** Counts an attempt, as failed until it is taken back. */
export async function insertAttempt(
  { pool }: Database,
  key: string,
  windowSeconds: number,
): Promise<AttemptCount> {
  const { rows } = await pool.query<{ failures: number; window_ends_at: Date }>(
    `INSERT INTO failed_attempt AS counted (key, failures, window_ends_at) VALUES ($1, 1, now() + make_interval(secs => $2))
     ON CONFLICT (key) DO UPDATE SET
       failures = CASE WHEN counted.window_ends_at <= now() THEN 1 ELSE counted.failures + 1 END,
       window_ends_at = CASE WHEN counted.window_ends_at <= now() THEN excluded.window_ends_at ELSE counted.window_ends_at END
     RETURNING failures, window_ends_at`,
    [key, windowSeconds],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('An upsert answers its row');
  return { attempts: row.failures, windowEndsAt: row.window_ends_at };
}

/** Takes back one attempt, which revealed nothing. */
export async function updateAttemptUnjudged({ pool }: Database, key: string): Promise<void> {
  await pool.query('UPDATE failed_attempt SET failures = greatest(0, failures - 1) WHERE key = $1', [key]);
}

/** Takes back every attempt, since one succeeded. */
export async function deleteAttempts({ pool }: Database, key: string): Promise<void> {
  await pool.query('DELETE FROM failed_attempt WHERE key = $1', [key]);
}

/** Deletes counts whose window has ended, a limited number at a time. @returns whether there may be more of them. */
export async function pruneAttempts({ pool }: Database): Promise<boolean> {
  const { rowCount } = await pool.query(
    `DELETE FROM failed_attempt WHERE key IN
       (SELECT key FROM failed_attempt WHERE window_ends_at < now() LIMIT ${PRUNED_AT_ONCE} FOR UPDATE SKIP LOCKED)`,
  );
  return rowCount === PRUNED_AT_ONCE;
}
