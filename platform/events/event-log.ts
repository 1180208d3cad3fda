/**
 * A subgraph's append-only log of the events that it has published, in partitions by month. An event moves here from the outbox
 * when its retention has passed, whole and in one statement; one whose type has personal data is deleted instead. The view
 * `event_history` is the outbox and the log together.
 */
import type { Pool } from 'pg';
import { PERSONAL_EVENT_TYPES } from './event-types.js';

const BATCH_SIZE = 5_000;

/** Moves the oldest events out of the outbox. @param until an SQL timestamp: those enqueued before it. */
export async function moveToLog(pool: Pool, until: string): Promise<void> {
  await pool.query(
    `WITH expired AS (
       DELETE FROM outbox WHERE id IN (
         SELECT id FROM outbox WHERE enqueued_at < ${until} ORDER BY enqueued_at LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED)
       RETURNING *)
     INSERT INTO event_log (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
     SELECT id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata
     FROM expired WHERE type <> ALL ($1::text[])`,
    [PERSONAL_EVENT_TYPES],
  );
}
