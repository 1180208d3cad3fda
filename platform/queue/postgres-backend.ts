/**
 * BullMQ's jobs in PostgreSQL, by its own backend, whose tables are migrated first. All queues and workers share the connections of one pool;
 * each worker holds one more, on which it listens for jobs. A failed job keeps its position there, so a released one needs no further step.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createPostgresBackend, isPgPool, Queue, runMigrations, Worker } from 'bullmq';
import pg from 'pg';
import type { Log } from '../log.js';
import type { JobWorker, QueueBackend } from './queues.js';

/** For statements, of which each takes about a millisecond. */
const SHARED_CONNECTIONS = 8;
const CLOSE_LIMIT_MILLISECONDS = 2_000;

export async function postgresQueueBackend(connectionString: string, log: Log): Promise<QueueBackend> {
  const pool = new pg.Pool({
    connectionString,
    max: SHARED_CONNECTIONS,
    keepAlive: true,
    application_name: 'kedai-queues',
    options: '-c search_path=bullmq',
  });
  const logFailures = () => {
    // One line for a lost connection: BullMQ would report it once for each queue and worker.
    pool.removeAllListeners('error');
    pool.on('error', (error) => log.warn({ error: error.message }, 'queues: connection failed'));
  };
  logFailures();
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
  const connection: unknown = pool;
  if (!isPgPool(connection)) throw new TypeError('BullMQ takes no pool of this version of pg');
  return {
    openQueue(name, defaultJobOptions) {
      const queue = new Queue(name, { connection, defaultJobOptions }, createPostgresBackend);
      logFailures();
      return queue;
    },
    openWorker(name, handle, options): JobWorker {
      const worker = new Worker(name, handle, { ...options, connection }, createPostgresBackend);
      logFailures();
      pool.options.max = (pool.options.max ?? SHARED_CONNECTIONS) + 1;
      worker.once('closed', () => {
        pool.options.max = (pool.options.max ?? SHARED_CONNECTIONS) - 1;
      });
      return worker;
    },
    // It waits for connections in use, which a worker that lost its server never gives back.
    close: () => Promise.race([pool.end(), delay(CLOSE_LIMIT_MILLISECONDS, undefined, { ref: false })]),
  };
}
