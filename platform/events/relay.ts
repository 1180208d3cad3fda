/**
 * Carries events from a subgraph's outbox to the queues of their consumers: at least once, in any number of processes. Rows
 * are claimed with SKIP LOCKED, enqueued (job id = rows as they are written × consumer) and marked in one transaction; the inboxes make
 * duplicates harmless. When the queue server was emptied, or a consumer is registered, everything within the retention window
 * is enqueued again, for all consumers of all subgraphs when this database is older than what was enqueued of it, as after a restore
 * from a backup: others may lack effects of events that are long gone from the queues. After a restart of the server, the last minute. Past their retention, events move to the event log, and rows
 * of the inbox are pruned.
 */
import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { timeOfId } from '../ids.js';
import { type PollLoop, startPollLoop } from '../kit/poll-loop.js';
import type { Log } from '../log.js';
import { counter } from '../metrics.js';
import type { Queues } from '../queue/queues.js';
import { ADVISORY_LOCKS } from '../sql/advisory-locks.js';
import type { ConsumerRegistry, Consumers, Marker } from './consumer-registry.js';
import type { AnyEvent } from './envelope.js';
import { moveToLog } from './event-log.js';
import { showBacklog } from './outbox-backlog.js';

export interface RelayOptions {
  readonly source: string;
  readonly pool: Pool;
  readonly queues: Queues;
  readonly consumers: ConsumerRegistry;
  readonly log: Log;
}

/** Name of the queue that carries a consumer's events. */
export function eventQueueName(consumer: string): string {
  return `events.${consumer}`;
}

/** The data of a job of such a queue. */
export interface EventBatch {
  readonly events: readonly AnyEvent[];
}

const BATCH_SIZE = 500;
const POLL_INTERVAL_MILLISECONDS = 500;
const MARKER_CHECK_MILLISECONDS = 5_000;
const RETAINED = `now() - interval '3 days'`;
/** Less than that, since the clocks of process and database may differ. */
const SURELY_RETAINED_MILLISECONDS = 2 * 24 * 3_600_000;
/** Redis may lose its last second of writes in a crash; nothing was enqueued while it was away. */
const LATEST = `(SELECT max(enqueued_at) FROM outbox) - interval '1 minute'`;
/** Longer than the outbox's, by more than a job waits for a consumer that is down or broken. */
const INBOX_RETENTION = '30 days';

/** A process that freezes during a batch loses it to the others after 20 s. */
const BEGIN_BATCH = `
  BEGIN;
  SET LOCAL idle_in_transaction_session_timeout = '20s';
  SELECT pg_advisory_xact_lock_shared(${ADVISORY_LOCKS.relayBatches});
`;

const relayed = counter('kedai_outbox_relayed_total', 'Events enqueued for their consumers', ['source']);

/** Woken after a commit that wrote events; otherwise it polls twice a second. */
export type Relay = PollLoop;

export function startRelay(options: RelayOptions): Relay {
  const { source, pool, log } = options;
  let nextMarkerCheck = 0;
  let mayHaveExpired = false;
  const hideBacklog = showBacklog(source, pool);
  const loop = startPollLoop({
    name: `relay ${source}`,
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      if (Date.now() >= nextMarkerCheck) {
        await restore(options);
        nextMarkerCheck = Date.now() + MARKER_CHECK_MILLISECONDS;
        mayHaveExpired = true;
        await pruneInbox(pool);
      }
      const isMoving = mayHaveExpired;
      // Should it fail, the turns until the next check relay none the less.
      mayHaveExpired = false;
      if (isMoving) mayHaveExpired = await moveToLog(pool, RETAINED);
      const count = await relayBatch(options);
      if (count > 0) relayed.inc({ source }, count);
      return count === BATCH_SIZE || mayHaveExpired ? 'more' : 'done';
    },
  });
  return {
    wake: loop.wake,
    stop() {
      hideBacklog();
      return loop.stop();
    },
  };
}

async function relayBatch({ pool, queues, consumers }: RelayOptions): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query(BEGIN_BATCH);
    const rows = await claim(client);
    const events = rows.map(({ writtenBy: _transaction, ...event }) => event);
    if (rows.length > 0) {
      for (const [consumer, types] of await consumers.all()) {
        const consumed = events.filter(({ type }) => types.has(type));
        if (consumed.length === 0) continue;
        const batch: EventBatch = { events: consumed };
        await queues.add(eventQueueName(consumer), batch, {
          jobId: `${fingerprint(rows.filter(({ type }) => types.has(type)))}.${consumer}`,
        });
      }
      await client.query({
        name: 'outbox-mark',
        text: 'UPDATE outbox SET enqueued_at = now() WHERE id = ANY($1::uuid[])',
        values: [events.map(({ id }) => id)],
      });
    }
    await client.query('COMMIT');
    return events.length;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

type OutboxEvent = AnyEvent & {
  /** The transaction that wrote the row as it is: another one once it is to be enqueued again. */
  readonly writtenBy: string;
};

async function claim(client: PoolClient): Promise<OutboxEvent[]> {
  const { rows } = await client.query<OutboxEvent>({
    name: 'outbox-claim',
    text: `SELECT id, type, version, source, to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "occurredAt",
                  aggregate_id AS "aggregateId", aggregate_version AS "aggregateVersion", data, metadata,
                  xmin::text AS "writtenBy"
           FROM outbox WHERE enqueued_at IS NULL
           ORDER BY id LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED`,
  });
  return rows;
}

async function restore(options: RelayOptions): Promise<void> {
  const { source, pool, consumers, log } = options;
  const serverRun = await consumers.serverRun();
  const marker = await currentMarker(options);
  const newestEvent = await newestEnqueued(pool);
  const isForAll = includesAll(marker.consumers, await consumers.all());
  if (isForAll && marker.serverRun === serverRun) {
    if (newestEvent !== marker.newestEvent) await consumers.setMarker(source, { ...marker, newestEvent });
    return;
  }
  const unmarked = await unmark(pool, consumers, isForAll ? LATEST : RETAINED);
  await consumers.setMarker(source, { consumers: unmarked.consumers, serverRun, newestEvent });
  if (unmarked.events === 0) return;
  const fields = { source, events: unmarked.events };
  if (isForAll) log.warn(fields, 'relay: the queue server has restarted, enqueueing again');
  else log.info(fields, 'relay: there are new consumers, enqueueing again');
}

/** None where the database is older than it. */
async function currentMarker({ source, pool, consumers, log }: RelayOptions): Promise<Marker> {
  const marker = await consumers.marker(source);
  const { newestEvent } = marker;
  if (newestEvent === undefined || mayBeGone(newestEvent) || (await hasEvent(pool, newestEvent)))
    return marker;
  log.error(
    { source, missing: newestEvent },
    'relay: this database is older than the queues, as after a restore: what all subgraphs have published in three days is enqueued again',
  );
  await consumers.forgetMarkers();
  return consumers.marker(source);
}

/** Past their retention, events with personal data are in neither table. */
function mayBeGone(event: string): boolean {
  return Date.now() - timeOfId(event) > SURELY_RETAINED_MILLISECONDS;
}

async function newestEnqueued(pool: Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ id: string }>(
    'SELECT id FROM outbox WHERE enqueued_at IS NOT NULL ORDER BY id DESC LIMIT 1',
  );
  return rows[0]?.id;
}

async function hasEvent(pool: Pool, id: string): Promise<boolean> {
  const { rows } = await pool.query<{ known: boolean }>(
    'SELECT EXISTS (SELECT FROM outbox WHERE id = $1) OR EXISTS (SELECT FROM event_log WHERE id = $1) AS known',
    [id],
  );
  return rows[0]?.known === true;
}

function includesAll(marker: Consumers, consumers: Consumers): boolean {
  return [...consumers].every(([consumer, types]) =>
    [...types].every((type) => marker.get(consumer)?.has(type)),
  );
}

/**
 * Waits for every batch in progress: one that was enqueued before and is marked afterwards would be left out.
 * @returns the consumers registered before any further batch reads the registry: they get every unmarked event.
 */
async function unmark(
  pool: Pool,
  registry: ConsumerRegistry,
  since: string,
): Promise<{ consumers: Consumers; events: number }> {
  const client = await pool.connect();
  try {
    await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.relayBatches})`);
    const consumers = await registry.all();
    const { rowCount } = await client.query(
      `UPDATE outbox SET enqueued_at = NULL WHERE enqueued_at > ${since}`,
    );
    await client.query('COMMIT');
    return { consumers, events: rowCount ?? 0 };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/**
 * Of the whole batch: batches that begin with the same event are different jobs, and so is a batch that is enqueued again on purpose, whose
 * former job the queue may still know as completed.
 */
function fingerprint(events: readonly OutboxEvent[]): string {
  const hash = createHash('sha256');
  for (const { id, writtenBy } of events) hash.update(`${id} ${writtenBy}\n`);
  return hash.digest('base64url');
}

async function pruneInbox(pool: Pool): Promise<void> {
  await pool.query(
    `DELETE FROM inbox WHERE (consumer, event_id) IN
       (SELECT consumer, event_id FROM inbox WHERE handled_at < now() - interval '${INBOX_RETENTION}'
        ORDER BY handled_at LIMIT 5000)`,
  );
}
