/**
 * The steps of a message: parse, authorise, deduplicate, store, acknowledge, enqueue, apply. `receive` resolves when the
 * message is durable, as a reading, a status or a dead letter, and may be acknowledged. Messages of a few milliseconds go into
 * one statement per kind. While the database is unreachable nothing is acknowledged and nothing dropped.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '../../../platform/ids.js';
import { CoalescingWriter, isRefusedForItsData } from '../../../platform/kit/coalescing-writer.js';
import type { Log } from '../../../platform/log.js';
import { counter } from '../../../platform/metrics.js';
import type { Queues } from '../../../platform/queue/queues.js';
import { tracedRoot } from '../../../platform/telemetry.js';
import {
  type DeadLetter,
  dead,
  type Message,
  type Parsed,
  type Reading,
  type Status,
} from '../domain/shelf-message.js';
import type { OwnStockDatabase } from '../store/database.js';
import { insertDeadLetters } from '../store/dead-letters.js';
import { inTheirBoots } from '../store/latest-boots.js';
import { insertReadings, updateStatuses } from '../store/readings.js';
import { READINGS_QUEUE, type ReadingsJob } from './apply.js';
import { parse } from './parse.js';

const MAXIMUM_BATCH = 1_000;
const LINGER_MILLISECONDS = 5;
const BATCHES_PER_JOB = 20;
const JOB_LINGER_MILLISECONDS = 25;
/** Batches that wait for the queue; further ones are left to the sweep. */
const MAXIMUM_JOBS_BACKLOG = 10_000;
const MAXIMUM_PAUSE_MILLISECONDS = 5_000;

const received = counter('kedai_ingest_messages_total', 'Messages by outcome', ['outcome']);
const deadLetters = counter('kedai_ingest_dead_letters_total', 'Messages that could not be read', ['reason']);

export interface Receiver {
  /** Resolves when the message may be acknowledged; rejects only when ingest stops first. */
  receive(message: Message): Promise<void>;
  stop(): Promise<void>;
}

export function createReceiver(database: OwnStockDatabase, queues: Queues, log: Log): Receiver {
  const stopping = new AbortController();
  const writer = new CoalescingWriter<Parsed, true>({
    maximumBatch: MAXIMUM_BATCH,
    lingerMilliseconds: LINGER_MILLISECONDS,
    async write(messages) {
      await untilStored(messages);
      return messages.map(() => true);
    },
  });

  /** Small batches that were stored are applied in large ones. */
  const jobs = new CoalescingWriter<string, true>({
    maximumBatch: BATCHES_PER_JOB,
    lingerMilliseconds: JOB_LINGER_MILLISECONDS,
    async write(batchIds) {
      const job: ReadingsJob = { batchIds };
      await queues.add(READINGS_QUEUE, job, { jobId: batchIds[0] ?? newId() });
      return batchIds.map(() => true);
    },
  });

  /** Retries until the messages are stored. @throws where the database refuses the messages themselves. */
  async function untilStored(messages: readonly Parsed[]): Promise<void> {
    for (let pause = 100; ; pause = Math.min(pause * 2, MAXIMUM_PAUSE_MILLISECONDS)) {
      try {
        return await store(messages);
      } catch (error) {
        if (isRefusedForItsData(error) || stopping.signal.aborted) throw error;
        log.warn({ error: String(error) }, 'ingest: cannot store, will be retried');
        await delay(pause, undefined, { signal: stopping.signal });
      }
    }
  }

  async function store(messages: readonly Parsed[]): Promise<void> {
    const readings = messages.filter((one): one is Reading => one.kind === 'reading');
    const statuses = messages.filter((one): one is Status => one.kind === 'status');
    const letters = messages.filter((one): one is DeadLetter => one.kind === 'dead');
    if (readings.length > 0) {
      const attributes = { 'messaging.batch.message_count': readings.length };
      const { batchId, stored, unknown } = await tracedRoot('ingest readings', attributes, async (trace) =>
        insertReadings(database, await inTheirBoots(database, readings), trace),
      );
      letters.push(...unknown.map(({ message }) => dead(message, 'UNKNOWN_SHELF')));
      received.inc({ outcome: 'stored' }, stored);
      received.inc({ outcome: 'duplicate' }, readings.length - stored - unknown.length);
      if (stored > 0) enqueue(batchId);
    }
    if (statuses.length > 0) await updateStatuses(database, statuses);
    if (letters.length > 0) {
      await insertDeadLetters(database, letters);
      for (const { reason } of letters) deadLetters.inc({ reason });
    }
  }

  /** Not awaited: stored readings are durable, and the sweep applies those that never reach the queue. */
  function enqueue(batchId: string): void {
    if (jobs.backlog >= MAXIMUM_JOBS_BACKLOG) return;
    jobs
      .write(batchId)
      .catch((error) =>
        log.warn({ batchId, error: String(error) }, 'ingest: batch not enqueued, left to the sweep'),
      );
  }

  async function persist(parsed: Parsed): Promise<void> {
    if (parsed.kind === 'ignored') {
      received.inc({ outcome: 'ignored' });
      return;
    }
    try {
      await writer.write(parsed);
    } catch (error) {
      if (parsed.kind !== 'reading' || !isRefusedForItsData(error)) throw error;
      await writer.write(dead(parsed.message, 'REFUSED', String(error)));
    }
  }

  return {
    receive: (message) => persist(parse(message)),
    async stop() {
      stopping.abort();
      await writer.idle();
      await jobs.idle();
    },
  };
}
