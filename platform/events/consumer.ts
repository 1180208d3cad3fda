/**
 * Hears events: each effect and its `inbox (consumer, event_id)` row are one transaction, so twice delivered is once done.
 * What comes together, in one job or in several, is one transaction; when an effect fails, it is taken event by event, so that
 * one bad event holds back nothing but itself, and its job is tried again. While the database is away nothing fails: what
 * was taken waits, and goes on in its order when the database is back.
 */

import type { Database, UnitOfWork } from '../database/database.js';
import type { Log } from '../log.js';
import { counter } from '../metrics.js';
import type { Platform } from '../platform.js';
import type { Work } from '../queue/queues.js';
import { isConnectionFailure } from '../sql/connection-failure.js';
import type { SqlTransaction } from '../sql/sql-transaction.js';
import { traced } from '../telemetry.js';
import { batching } from './batching.js';
import type { AnyEvent, EventType } from './envelope.js';
import { type EventBatch, eventQueueName } from './relay.js';
import { patience } from './retry-while-unavailable.js';

export interface Consumer {
  /** Durable: the name of its queue and of its inbox rows. */
  readonly name: string;
  readonly types: readonly EventType[];
  /** Batches in work at once. Default 2: while one is written the next gathers. */
  readonly concurrency?: number;
  /** Must be harmless when called again with events it has had. */
  handle(events: readonly AnyEvent[]): Promise<void>;
}

/** The transaction of an effect: reads and writes of the subgraph's own database. */
export type Effect<Transaction> = (event: AnyEvent, work: UnitOfWork<Transaction>) => Promise<void>;

/** The effect of several events at once; what it emits names its cause by `work.causedBy`. */
export type BatchEffect<Transaction> = (
  events: readonly AnyEvent[],
  work: UnitOfWork<Transaction>,
) => Promise<void>;

const handled = counter('kedai_events_handled_total', 'Events whose effect was applied', ['consumer']);

const REGISTER_MILLISECONDS = 5_000;
/** Whatever is told slowly comes in a job an event: as many of them are taken at once and heard together. */
const JOBS_AT_ONCE = 32;
const MOST_EVENTS = 500;

/**
 * Registers the consumer, now or as soon as it can, also again whenever the register has lost it, and starts hearing.
 * @param ready rejects while the database that its effects are written to is away.
 */
export async function startConsumer(
  platform: Platform,
  consumer: Consumer,
  ready: () => Promise<void>,
): Promise<Work> {
  const { register, log } = platform;
  const add = () =>
    register.add(consumer.name, consumer.types).catch((error: unknown) => {
      log.warn({ consumer: consumer.name, error: String(error) }, 'consumer: cannot register now');
    });
  await add();
  const patient = patience({ ready, log, consumer: consumer.name });
  async function hear(events: readonly AnyEvent[]): Promise<void> {
    const trace = events[0]?.metadata ?? { traceparent: '' };
    const attributes = { 'messaging.batch.message_count': events.length };
    await traced(`consume ${consumer.name}`, trace, attributes, () =>
      patient.run(() => consumer.handle(events)),
    );
    handled.inc({ consumer: consumer.name }, events.length);
  }

  const { concurrency = 2 } = consumer;
  const job = batching(hear, { handlesAtOnce: concurrency, mostItems: MOST_EVENTS });
  const work = platform.queues.work<EventBatch>(eventQueueName(consumer.name), ({ events }) => job(events), {
    concurrency: Math.max(JOBS_AT_ONCE, concurrency),
  });
  const registering = setInterval(add, REGISTER_MILLISECONDS);
  return {
    async stop() {
      clearInterval(registering);
      const stopped = work.stop();
      patient.end();
      await stopped;
    },
  };
}

/** The usual `handle`: every event's effect once, in a transaction with its inbox row. */
export function idempotent<Transaction extends SqlTransaction>(
  database: Database<Transaction>,
  consumer: string,
  effect: Effect<Transaction>,
  log: Log,
): (events: readonly AnyEvent[]) => Promise<void> {
  const oneByOne: BatchEffect<Transaction> = async (events, work) => {
    for (const event of events) await effect(event, work.causedBy(event.metadata));
  };
  return idempotentBatch(database, consumer, oneByOne, log);
}

/** As `idempotent`, for an effect that takes all that is new in a batch in a few statements. */
export function idempotentBatch<Transaction extends SqlTransaction>(
  database: Database<Transaction>,
  consumer: string,
  effect: BatchEffect<Transaction>,
  log: Log,
): (events: readonly AnyEvent[]) => Promise<void> {
  async function applyTogether(events: readonly AnyEvent[]): Promise<void> {
    const [first] = events;
    if (first === undefined) return;
    await database.work(first.metadata, async (work) => {
      const unseen = await claimUnseen(work.tx, consumer, events);
      // Removed as they are taken: a batch may hold an event twice.
      const fresh = events.filter(({ id }) => unseen.delete(id));
      if (fresh.length > 0) await effect(fresh, work);
    });
  }

  return async (events) => {
    if (events.length === 1) return applyTogether(events);
    try {
      await applyTogether(events);
    } catch (error) {
      if (isConnectionFailure(error)) throw error;
      log.warn(
        { consumer, events: events.length, error: String(error) },
        'consumer: taking the batch event by event',
      );
      const failures: unknown[] = [];
      for (const event of events) {
        await applyTogether([event]).catch((failure) => {
          if (isConnectionFailure(failure)) throw failure;
          failures.push(failure);
        });
      }
      if (failures.length > 0)
        throw new AggregateError(
          failures,
          `${failures.length} of ${events.length} events failed: ${failures[0]}`,
        );
    }
  };
}

/**
 * Writes the inbox rows and returns the ids that were not there before. What comes again is remembered from then on, for as
 * long as what is new, so that no row is pruned that its event may still come for.
 */
async function claimUnseen(
  tx: SqlTransaction,
  consumer: string,
  events: readonly AnyEvent[],
): Promise<Set<string>> {
  const rows = await tx.$queryRawUnsafe<{ event_id: string; is_new: boolean }[]>(
    `INSERT INTO inbox AS known (consumer, event_id) SELECT DISTINCT $1, id FROM unnest($2::uuid[]) AS id ORDER BY id
     ON CONFLICT (consumer, event_id) DO UPDATE SET handled_at = now() WHERE known.handled_at < now() - interval '1 day'
     RETURNING event_id, xmax = 0 AS is_new`,
    consumer,
    events.map(({ id }) => id),
  );
  return new Set(rows.flatMap(({ event_id, is_new }) => (is_new ? [event_id] : [])));
}
