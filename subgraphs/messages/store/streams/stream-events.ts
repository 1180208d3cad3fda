/** The queue of public events for each event stream: an event is in it from its inbox row on until the broker has acknowledged it. */
import type { RefusedEvent, StreamedEvent } from '../../domain/stream.js';
import type { PublicEvent } from '../../domain/webhook.js';
import type { OwnMessagesDatabase, Transaction } from '../database.js';

type Own = Pick<OwnMessagesDatabase, 'pool'>;

/** An event waits so long, for earlier events of the same thing that arrive a moment later. */
export const SETTLING_MILLISECONDS = 250;
const BATCH_SIZE = 500;
/** Of what a batch has in memory. An event that is larger goes alone. */
const BATCH_BYTES = 8 * 1024 * 1024;
const PRUNED_AT_ONCE = 1_000;
/** A scrape reads no more rows than this, however many wait. */
const COUNTED = 100_000;

/** Of each event one row for each stream, once. */
export async function insertStreamEvents(
  tx: Transaction,
  streams: readonly string[],
  events: readonly PublicEvent[],
): Promise<void> {
  if (streams.length === 0 || events.length === 0) return;
  await tx.$executeRawUnsafe(
    `INSERT INTO stream_event (stream, event_id, type, franchise_id, outlet_id, aggregate_id, aggregate_version, body)
     SELECT stream, id, type, "franchiseId", "outletId", "aggregateId", "aggregateVersion", body
     FROM unnest($1::text[]) AS stream CROSS JOIN jsonb_to_recordset($2::jsonb) AS event
       (id uuid, type text, "franchiseId" uuid, "outletId" uuid, "aggregateId" text, "aggregateVersion" int, body text)
     ON CONFLICT (stream, event_id) DO NOTHING`,
    streams,
    JSON.stringify(events),
  );
}

export async function hasDueStreamEvents({ pool }: Own, stream: string): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'stream-events-due',
    text: `SELECT FROM stream_event WHERE stream = $1 AND refused_because IS NULL
             AND received_at <= now() - interval '${SETTLING_MILLISECONDS} milliseconds' LIMIT 1`,
    values: [stream],
  });
  return rowCount === 1;
}

/**
 * One process at a time holds the lease of a stream: of two that publish, one could overtake the other. A process that dies leaves it to another when
 * it lapses.
 * @returns whether the holder has it.
 */
export async function takeStreamLease(
  { pool }: Own,
  stream: string,
  holder: string,
  seconds: number,
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'stream-lease-take',
    text: `INSERT INTO stream_lease AS lease (stream, holder, held_until) VALUES ($1, $2, now() + make_interval(secs => $3))
           ON CONFLICT (stream) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
           WHERE lease.holder = excluded.holder OR lease.held_until < now()`,
    values: [stream, holder, seconds],
  });
  return rowCount === 1;
}

export async function leaveStreamLease({ pool }: Own, stream: string, holder: string): Promise<void> {
  await pool.query({
    name: 'stream-lease-leave',
    text: 'DELETE FROM stream_lease WHERE stream = $1 AND holder = $2',
    values: [stream, holder],
  });
}

/** The oldest that wait, a bounded number and size of them; those of one thing in their order, and none without those before it. */
export async function findDueStreamEvents({ pool }: Own, stream: string): Promise<StreamedEvent[]> {
  const { rows } = await pool.query<StreamedEvent>({
    name: 'stream-events',
    text: `WITH due AS (
       SELECT aggregate_id, aggregate_version, event_id, row_number() OVER in_turn AS place, sum(octet_length(body)) OVER in_turn AS bytes
       FROM (SELECT * FROM stream_event WHERE stream = $1 AND refused_because IS NULL
               AND received_at <= now() - interval '${SETTLING_MILLISECONDS} milliseconds'
             ORDER BY received_at, event_id LIMIT ${BATCH_SIZE}) AS oldest
       WINDOW in_turn AS (ORDER BY received_at, event_id)
     ), latest AS MATERIALIZED (
       SELECT DISTINCT ON (aggregate_id) aggregate_id, aggregate_version, event_id FROM due WHERE place = 1 OR bytes <= ${BATCH_BYTES}
       ORDER BY aggregate_id, aggregate_version DESC, event_id DESC
     )
     SELECT event.event_id AS id, type, franchise_id AS "franchiseId", outlet_id AS "outletId", event.aggregate_id AS "aggregateId", body
     FROM latest JOIN stream_event AS event ON event.stream = $1 AND event.aggregate_id = latest.aggregate_id AND event.refused_because IS NULL
       AND (event.aggregate_version, event.event_id) <= (latest.aggregate_version, latest.event_id)
     ORDER BY event.aggregate_id, event.aggregate_version, event.event_id`,
    values: [stream],
  });
  return rows;
}

/** Deletes them: a process whose lease has lapsed reports what its broker acknowledged, too. */
export async function markStored({ pool }: Own, stream: string, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return;
  await pool.query({
    name: 'stream-events-stored',
    text: 'DELETE FROM stream_event WHERE stream = $1 AND event_id = ANY ($2::uuid[])',
    values: [stream, eventIds],
  });
}

/** Set aside: what follows of the same thing no longer waits for them. */
export async function markRefused(
  { pool }: Own,
  stream: string,
  refused: readonly RefusedEvent[],
): Promise<void> {
  if (refused.length === 0) return;
  await pool.query(
    `UPDATE stream_event SET refused_because = refused.because FROM unnest($2::uuid[], $3::text[]) AS refused (id, because)
     WHERE stream = $1 AND event_id = refused.id`,
    [stream, refused.map(({ id }) => id), refused.map(({ because }) => because)],
  );
}

export interface StreamBacklog {
  readonly waiting: number;
  readonly oldestSeconds: number;
  readonly refused: number;
}

export async function readStreamBacklog({ pool }: Own, stream: string): Promise<StreamBacklog> {
  const { rows } = await pool.query<StreamBacklog>(
    `SELECT (SELECT count(*) FROM (SELECT FROM stream_event WHERE stream = $1 AND refused_because IS NULL LIMIT ${COUNTED}) AS one)::int AS waiting,
       coalesce(extract(epoch FROM now() - (
         SELECT received_at FROM stream_event WHERE stream = $1 AND refused_because IS NULL ORDER BY received_at, event_id LIMIT 1)), 0)::float8
         AS "oldestSeconds",
       (SELECT count(*) FROM (SELECT FROM stream_event WHERE stream = $1 AND refused_because IS NOT NULL LIMIT ${COUNTED}) AS one)::int AS refused`,
    [stream],
  );
  return rows[0] ?? { waiting: 0, oldestSeconds: 0, refused: 0 };
}

/** Deletes what has waited, or been set aside, for longer, a limited number at a time. @returns how many of them had waited. */
export async function pruneStreamEvents(
  { pool }: Own,
  retentionDays: number,
): Promise<{ readonly lost: number; readonly mayBeMore: boolean }> {
  const { rows } = await pool.query<{ isLost: boolean }>(
    `DELETE FROM stream_event WHERE (stream, event_id) IN
       (SELECT stream, event_id FROM stream_event WHERE received_at < now() - make_interval(days => $1) ORDER BY received_at LIMIT ${PRUNED_AT_ONCE})
     RETURNING refused_because IS NULL AS "isLost"`,
    [retentionDays],
  );
  return { lost: rows.filter(({ isLost }) => isLost).length, mayBeMore: rows.length === PRUNED_AT_ONCE };
}
