/**
 * Carries events from a subgraph's outbox to the queues of those who listen. At least once and in any number of
 * processes: rows are claimed with SKIP LOCKED, enqueued (job id = first event × consumer), and marked in the same
 * transaction; what is enqueued twice the inboxes make harmless. When the queue server was emptied, and when somebody comes
 * to listen, everything within the retention window is enqueued again, and the last minute when it was started anew. What is
 * long past is pruned, the inbox's rows too.
 */

import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import type { Log } from '../log.js';
import { counter, gauge } from '../metrics.js';
import type { Queues } from '../queue/queues.js';
import type { ConsumerRegistry, Consumers } from './consumer-registry.js';
import type { AnyEvent } from './envelope.js';

export interface Relay {
  /** Called after a commit that wrote events; without it they wait for the next look, half a second at most. */
  wake(): void;
  /** Ends after the batch under way. */
  stop(): Promise<void>;
}

export interface RelayOptions {
  readonly source: string;
  readonly pool: Pool;
  readonly queues: Queues;
  readonly register: ConsumerRegistry;
  readonly log: Log;
}

/** Name of the queue that carries a consumer's events. */
export function eventQueueName(consumer: string): string {
  return `events.${consumer}`;
}

/** What a job of such a queue carries. */
export interface EventBatch {
  readonly events: readonly AnyEvent[];
}

const BATCH_SIZE = 500;
const POLL_INTERVAL_MILLISECONDS = 500;
const MARKER_CHECK_MILLISECONDS = 5_000;
const RETAINED = `now() - interval '3 days'`;
/** Redis may lose the last second that it was told before it crashed; nothing was enqueued while it was away. */
const LATEST = `(SELECT max(enqueued_at) FROM outbox) - interval '1 minute'`;
/** Inboxes forget later than the outbox, by longer than a job waits for a consumer that nobody starts or mends. */
const INBOX_RETENTION = '30 days';

/** Held, shared, by every batch under way on this outbox. */
const BATCHES_LOCK = 7_310_584;

/** A process that freezes in the middle of a batch loses it to the others after a while. */
const BEGIN_BATCH = `
  BEGIN;
  SET LOCAL idle_in_transaction_session_timeout = '20s';
  SELECT pg_advisory_xact_lock_shared(${BATCHES_LOCK});
`;

const relayed = counter('kedai_outbox_relayed_total', 'Events enqueued for their listeners', ['source']);
const backlog = gauge('kedai_outbox_oldest_seconds', 'Age of the oldest event not yet enqueued', ['source']);

export function startRelay(options: RelayOptions): Relay {
  const { source, pool, log } = options;
  let isStopped = false;
  let isAwake = false;
  let sleeper = new AbortController();
  let nextMarkerCheck = 0;

  async function run(): Promise<void> {
    while (!isStopped) {
      isAwake = false;
      try {
        if (Date.now() >= nextMarkerCheck) {
          await restore(options);
          await prune(pool);
          nextMarkerCheck = Date.now() + MARKER_CHECK_MILLISECONDS;
        }
        const count = await relayBatch(options);
        if (count > 0) relayed.inc({ source }, count);
        if (count === BATCH_SIZE) continue;
      } catch (error) {
        log.warn({ source, error: String(error) }, 'relay: will try again');
        await sleep(POLL_INTERVAL_MILLISECONDS);
      }
      if (!isAwake) await sleep(POLL_INTERVAL_MILLISECONDS);
    }
  }

  async function sleep(milliseconds: number): Promise<void> {
    sleeper = new AbortController();
    await delay(milliseconds, undefined, { signal: sleeper.signal }).catch(() => undefined);
  }

  const running = run();
  return {
    wake() {
      isAwake = true;
      sleeper.abort();
    },
    async stop() {
      isStopped = true;
      sleeper.abort();
      await running;
    },
  };
}

async function relayBatch({ source, pool, queues, register }: RelayOptions): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query(BEGIN_BATCH);
    const events = await claim(client, source);
    if (events.length > 0) {
      for (const [consumer, types] of await register.consumers()) {
        const heard = events.filter(({ type }) => types.has(type));
        if (heard.length === 0) continue;
        const batch: EventBatch = { events: heard };
        await queues.add(eventQueueName(consumer), batch, {
          jobId: `${fingerprint(heard)}.${consumer}`,
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

async function claim(client: PoolClient, source: string): Promise<AnyEvent[]> {
  const { rows } = await client.query<AnyEvent>({
    name: 'outbox-claim',
    text: `SELECT id, type, version, source, to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "occurredAt",
                  aggregate_id AS "aggregateId", aggregate_version AS "aggregateVersion", data, metadata
           FROM outbox WHERE enqueued_at IS NULL
           ORDER BY id LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED`,
  });
  const oldest = rows[0];
  backlog.set({ source }, oldest === undefined ? 0 : (Date.now() - Date.parse(oldest.occurredAt)) / 1_000);
  return rows;
}

async function restore({ source, pool, register, log }: RelayOptions): Promise<void> {
  const serverRun = await register.serverRun();
  const marker = await register.marker(source);
  const isForAll = holds(marker.consumers, await register.consumers());
  if (isForAll && marker.serverRun === serverRun) return;
  const { consumers, events } = await unmark(pool, register, isForAll ? LATEST : RETAINED);
  await register.setMarker(source, { consumers, serverRun });
  const reason = isForAll ? 'the queue server was started anew' : 'somebody listens anew';
  if (events > 0) log.warn({ source, events }, `relay: ${reason}, enqueueing again`);
}

function holds(marker: Consumers, consumers: Consumers): boolean {
  return [...consumers].every(([consumer, types]) =>
    [...types].every((type) => marker.get(consumer)?.has(type)),
  );
}

/**
 * After every batch under way: one that was enqueued before and is marked after would be left out.
 * @returns who is in the register before any further batch reads it: they will hear all of it.
 */
async function unmark(
  pool: Pool,
  register: ConsumerRegistry,
  since: string,
): Promise<{ consumers: Consumers; events: number }> {
  const client = await pool.connect();
  try {
    await client.query(`BEGIN; SELECT pg_advisory_xact_lock(${BATCHES_LOCK})`);
    const consumers = await register.consumers();
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

/** The same for the same events alone: batches that begin alike are not taken for each other. */
function fingerprint(events: readonly AnyEvent[]): string {
  const hash = createHash('sha256');
  for (const { id } of events) hash.update(id);
  return hash.digest('base64url');
}

async function prune(pool: Pool): Promise<void> {
  await pool.query(
    `DELETE FROM outbox WHERE id IN
       (SELECT id FROM outbox WHERE enqueued_at < ${RETAINED} ORDER BY enqueued_at LIMIT 5000)`,
  );
  await pool.query(
    `DELETE FROM inbox WHERE (consumer, event_id) IN
       (SELECT consumer, event_id FROM inbox WHERE handled_at < now() - interval '${INBOX_RETENTION}'
        ORDER BY handled_at LIMIT 5000)`,
  );
}
