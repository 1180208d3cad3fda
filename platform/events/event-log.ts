/**
 * A subgraph's append-only log of the events that it has published, in partitions by month. An event moves here from the outbox
 * when its retention has passed, in one statement and without what people wrote; one whose type has personal data is deleted instead.
 * The view `event_history` is the outbox and the log together.
 */
import type { Pool } from 'pg';
import { FREE_TEXT_FIELDS, PERSONAL_EVENT_TYPES } from './event-types.js';

const BATCH_SIZE = 5_000;

/**
 * Moves the oldest events out of the outbox, a limited number at a time.
 * @param until an SQL timestamp: those enqueued before it.
 * @returns whether there may be more of them.
 */
export async function moveToLog(pool: Pool, until: string): Promise<boolean> {
  const { rows } = await pool.query<{ expired: string }>(
    `WITH expired AS (
       DELETE FROM outbox WHERE id IN (
         SELECT id FROM outbox WHERE enqueued_at < ${until} ORDER BY enqueued_at LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED)
       RETURNING *
     ), logged AS (
       INSERT INTO event_log (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
       SELECT id, type, version, source, occurred_at, aggregate_id, aggregate_version, data - $2::text[], metadata
       FROM expired WHERE type <> ALL ($1::text[])
     )
     SELECT count(*) AS expired FROM expired`,
    [PERSONAL_EVENT_TYPES, FREE_TEXT_FIELDS],
  );
  return Number(rows[0]?.expired) === BATCH_SIZE;
}
