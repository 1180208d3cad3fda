/** BullMQ's jobs in Redis. */
import { Queue, WaitingError, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Log } from '../log.js';
import type { QueueBackend } from './queues.js';
import { ReleasedJobs } from './released-jobs.js';

export function redisQueueBackend(url: string, log: Log): QueueBackend {
  const producer = new Redis(url, { maxRetriesPerRequest: 1 });
  const consumer = new Redis(url, { maxRetriesPerRequest: null });
  for (const connection of [producer, consumer]) {
    connection.on('error', (error) => log.warn({ error: error.message }, 'queue: Redis connection failed'));
  }
  return {
    openQueue: (name, defaultJobOptions) =>
      new Queue(name, { connection: producer, defaultJobOptions, skipWaitingForReady: true }),
    openWorker(name, handle, options) {
      const releasedJobs = new ReleasedJobs();
      return new Worker(
        name,
        async (job, token) => {
          const isReleased = await releasedJobs.run(
            () => handle(job),
            () => job.moveToWait(token),
          );
          if (isReleased) throw new WaitingError();
        },
        { ...options, connection: consumer },
      );
    },
    async close() {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}
