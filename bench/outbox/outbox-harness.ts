/**
 * An outbox, its relay, the queues and one consumer with its inbox, on a PostgreSQL that syncs to disk. The consumer's
 * effect is a row an event, written a batch at a time, as the consumers under load do.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { readConfig } from '../../platform/config.js';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { idempotentBatch, startConsumer } from '../../platform/events/consumer.js';
import { eventQueueName, startRelay } from '../../platform/events/relay.js';
import { openPlatform, type Platform } from '../../platform/platform.js';
import { migrate } from '../../prisma/migrate.js';
import { openOrderDatabase, type Transaction } from '../../subgraphs/order/store/database.js';
import { fillOutbox, someRow } from './events.js';

export interface OutboxHarness {
  readonly pool: pg.Pool;
  readonly platform: Platform;
  /** Writes so many events and has the relay enqueue them. @returns events a second, once they are written. */
  enqueue(count: number): Promise<number>;
  /** Enqueues this many events as under light load, each in its own job. */
  trickle(count: number): Promise<void>;
  /** Has the consumer apply all that is enqueued. @returns events a second. */
  consume(): Promise<number>;
  /** Both at once. @returns events a second from the first enqueued to the last applied. */
  drain(count: number): Promise<number>;
  close(): Promise<void>;
}

const CONSUMER = 'bench';
const POLL_INTERVAL_MILLISECONDS = 20;
const JOBS_AT_ONCE = 500;

/** @param settings of queues elsewhere; otherwise on PostgreSQL. */
export async function openOutboxHarness(settings: NodeJS.ProcessEnv): Promise<OutboxHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const server = await startEmbeddedPostgres({ folder });
  const config = readConfig({ DATABASE_URL: server.url, LOG_LEVEL: 'error', ...settings });
  const url = config.databaseUrl('order');
  await migrate({ urls: { order: url, platform: config.databaseUrl('platform') } });
  const platform = await openPlatform(config);
  const { bus, log, queues, consumers } = platform;
  const database = openOrderDatabase(url, bus);
  const { pool } = database;
  await pool.query('CREATE TABLE effect (event_id uuid PRIMARY KEY)');
  await consumers.add(CONSUMER, ['order.paid']);

  const relay = () => startRelay({ source: 'order', pool, queues, consumers, log });
  const handle = idempotentBatch<Transaction>(
    database,
    CONSUMER,
    async (events, { tx }) => {
      await tx.$executeRawUnsafe(
        'INSERT INTO effect SELECT unnest($1::uuid[])',
        events.map(({ id }) => id),
      );
    },
    log,
  );
  /** Written and not yet consumed. */
  let waiting = 0;
  const listen = () =>
    startConsumer(
      platform,
      {
        name: CONSUMER,
        types: ['order.paid'],
        async handle(events) {
          await handle(events);
          waiting -= events.length;
        },
      },
      database.ready,
    );

  async function allEnqueued(): Promise<void> {
    for (;;) {
      const { rowCount } = await pool.query('SELECT FROM outbox WHERE enqueued_at IS NULL LIMIT 1');
      if (rowCount === 0) return;
      await delay(POLL_INTERVAL_MILLISECONDS);
    }
  }
  async function allHeard(): Promise<void> {
    while (waiting > 0) await delay(POLL_INTERVAL_MILLISECONDS);
  }

  async function timed(count: number, work: () => Promise<void>): Promise<number> {
    const startedAt = performance.now();
    await work();
    return (count * 1_000) / (performance.now() - startedAt);
  }

  return {
    pool,
    platform,
    async enqueue(count) {
      await fillOutbox(pool, count);
      waiting += count;
      const carrier = relay();
      const rate = await timed(count, allEnqueued);
      await carrier.stop();
      return rate;
    },
    async trickle(count) {
      for (let added = 0; added < count; added += JOBS_AT_ONCE) {
        const events = Array.from({ length: Math.min(JOBS_AT_ONCE, count - added) }, someRow);
        await queues.addBulk(
          eventQueueName(CONSUMER),
          events.map((event) => ({ data: { events: [event] }, jobId: event.id })),
        );
      }
      waiting += count;
    },
    async consume() {
      const count = waiting;
      const listener = await listen();
      const rate = await timed(count, allHeard);
      await listener.stop();
      return rate;
    },
    async drain(count) {
      await fillOutbox(pool, count);
      waiting += count;
      const listener = await listen();
      const carrier = relay();
      const rate = await timed(count, allHeard);
      await Promise.all([carrier.stop(), listener.stop()]);
      return rate;
    },
    async close() {
      await platform.close();
      await database.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
