/**
 * A subgraph's append-only log of the events that it has published, in partitions by month. An event moves here from the outbox
 * when its retention has passed, whole and in one statement; one whose type has personal data is deleted instead. The view
 * `event_history` is the outbox and the log together.
 */
import type { Pool } from 'pg';
import { gauge } from '../metrics.js';
import { PERSONAL_EVENT_TYPES } from './event-types.js';

const BATCH_SIZE = 5_000;
const MONTHS_AHEAD = 2;

const monthsAhead = gauge(
  'kedai_partitions_ahead_months',
  'Months after this one whose partition exists; -1 where this month has none',
  ['source', 'table'],
);
const defaultRows = gauge(
  'kedai_partition_default_rows',
  'Rows whose id is of no partitioned month: from a clock that was wrong',
  ['source', 'table'],
);

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

/** Makes the partitions of this month and the next two where they are missing, and measures how far they reach. */
export async function makePartitionsAhead(pool: Pool, source: string): Promise<void> {
  try {
    await pool.query(`SELECT make_month_partitions('event_log', ${MONTHS_AHEAD})`);
  } finally {
    const { rows } = await pool.query<{ ahead: number; strays: string }>(
      `SELECT months_ahead AS ahead, default_rows AS strays FROM month_partitions('event_log')`,
    );
    for (const { ahead, strays } of rows) {
      monthsAhead.set({ source, table: 'event_log' }, ahead);
      defaultRows.set({ source, table: 'event_log' }, Number(strays));
    }
  }
}
