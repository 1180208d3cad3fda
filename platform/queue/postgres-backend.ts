/**
 * BullMQ's jobs in PostgreSQL, by its own backend, whose tables are migrated first. Each queue and worker has a small pool. A
 * failed job keeps its position there, so a released one needs no further step.
 */
import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq';
import type { Pool } from 'pg';
import type { QueueBackend } from './queues.js';

export async function postgresQueueBackend(pool: Pool, connectionString: string): Promise<QueueBackend> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
  const connection = (max: number) => ({ connectionString, max });
  return {
    openQueue: (name, defaultJobOptions) =>
      new Queue(name, { connection: connection(2), defaultJobOptions }, createPostgresBackend),
    openWorker: (name, handle, options) =>
      new Worker(name, handle, { ...options, connection: connection(3) }, createPostgresBackend),
    close: async () => undefined,
  };
}
