/**
 * Consumes events: each effect and its `inbox (consumer, event_id)` row are one transaction, so an event delivered twice is
 * applied once. Events that arrive together, in one job or in several, are one transaction; when an effect fails, they are
 * applied one by one, so that a bad event delays nothing but itself, and its job is retried. While the database is away
 * nothing fails: events wait, and are applied in their order when it is back.
 */
import { CoalescingWriter } from '../kit/coalescing-writer.js';
import type { Log } from '../log.js';
import { counter } from '../metrics.js';
import type { Platform } from '../platform.js';
import type { Work } from '../queue/queues.js';
import { isConnectionFailure } from '../sql/connection-failure.js';
import type { SqlTransaction } from '../sql/sql-transaction.js';
import { traced } from '../telemetry.js';
import { confirmApplied } from './await-application.js';
import type { AnyEvent, EventType } from './envelope.js';
import { type EventBatch, eventQueueName } from './relay.js';
import { retryWhileUnavailable } from './retry-while-unavailable.js';
import type { UnitOfWork, UnitOfWorkRunner } from './unit-of-work.js';

export interface Consumer {
  /** Durable: the name of its queue and of its inbox rows. */
  readonly name: string;
  readonly types: readonly EventType[];
  /** Batches applied at once. Default 2: while one is written the next gathers. */
  readonly concurrency?: number;
  /**
   * Resolves when the effects are committed and this process's in-memory copies of them are up to date: then the application
   * is confirmed to a writer who awaits it. Must be idempotent: events are delivered at least once.
   */
  handle(events: readonly AnyEvent[]): Promise<void>;
}

/** The transaction of an effect: reads and writes of the subgraph's own database. */
export type Effect<Transaction> = (event: AnyEvent, work: UnitOfWork<Transaction>) => Promise<void>;

/** The effect of several events at once; the events it emits name their cause by `work.causedBy`. */
export type BatchEffect<Transaction> = (
  events: readonly AnyEvent[],
  work: UnitOfWork<Transaction>,
) => Promise<void>;

const applied = counter('kedai_events_handled_total', 'Events whose effect was applied', ['consumer']);
/** Events published slowly come one to a job: as many jobs are taken at once and applied together. */
const JOBS_AT_ONCE = 32;
const MAXIMUM_BATCH = 500;

/**
 * Registers the consumer and starts consuming.
 * @param ready rejects while the database that its effects are written to is away.
 */
export async function startConsumer(
  platform: Pick<Platform, 'bus' | 'runningConsumers' | 'log' | 'queues'>,
  consumer: Consumer,
  ready: () => Promise<void>,
): Promise<Work> {
  const { bus, runningConsumers, log, queues } = platform;
  const { name, types, concurrency = 2 } = consumer;
  const endRegistration = await runningConsumers.start(name, types);
  const retry = retryWhileUnavailable({ ready, log, consumer: name });

  async function consume(events: readonly AnyEvent[]): Promise<void> {
    const trace = events[0]?.metadata ?? { traceparent: '' };
    const attributes = { 'messaging.batch.message_count': events.length };
    await traced(`consume ${name}`, trace, attributes, () => retry.run(() => consumer.handle(events)));
    confirmApplied(bus, name, events);
    applied.inc({ consumer: name }, events.length);
  }

  const jobs = new CoalescingWriter<readonly AnyEvent[], true>({
    async write(batch) {
      await consume(batch.flat());
      return batch.map(() => true);
    },
    maximumBatch: MAXIMUM_BATCH,
    sizeOf: (events) => events.length,
    concurrency,
    isOwnFault: () => true,
  });
  const consumeJob = async ({ events }: EventBatch) => void (await jobs.write(events));
  const work = queues.work<EventBatch>(eventQueueName(name), consumeJob, {
    concurrency: Math.max(JOBS_AT_ONCE, concurrency),
  });
  return {
    async stop() {
      const stopped = work.stop();
      retry.stop();
      await stopped;
      await endRegistration();
    },
  };
}

/** The usual `handle`: every event's effect once, in a transaction with its inbox row. */
export function idempotent<Transaction extends SqlTransaction>(
  database: UnitOfWorkRunner<Transaction>,
  consumer: string,
  effect: Effect<Transaction>,
  log: Log,
): (events: readonly AnyEvent[]) => Promise<void> {
  const oneByOne: BatchEffect<Transaction> = async (events, work) => {
    for (const event of events) await effect(event, work.causedBy(event.metadata));
  };
  return idempotentBatch(database, consumer, oneByOne, log);
}

/** As `idempotent`, for an effect that applies all new events of a batch in a few statements. */
export function idempotentBatch<Transaction extends SqlTransaction>(
  database: UnitOfWorkRunner<Transaction>,
  consumer: string,
  effect: BatchEffect<Transaction>,
  log: Log,
): (events: readonly AnyEvent[]) => Promise<void> {
  async function applyTogether(events: readonly AnyEvent[]): Promise<void> {
    const [first] = events;
    if (first === undefined) return;
    await database.work(first.metadata, async (work) => {
      const unseen = await claimUnseen(work.tx, consumer, events);
      // Removed one by one: a batch may contain an event twice.
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
        'consumer: batch failed, applying its events one by one',
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
 * Inserts the inbox rows and returns the ids that are new. A repeated delivery renews its row's age, so that no row is pruned
 * while its event may still be delivered.
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
