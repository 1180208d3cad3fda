/** BullMQ's jobs in Redis. */
import { Queue, WaitingError, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { outageLog } from '../kit/outage-log.js';
import type { Log } from '../log.js';
import type { QueueBackend } from './queues.js';
import { ReleasedJobs } from './released-jobs.js';

export function redisQueueBackend(url: string, log: Log): QueueBackend {
  const producer = new Redis(url, { maxRetriesPerRequest: 1 });
  const consumer = new Redis(url, { maxRetriesPerRequest: null });
  for (const [role, connection] of Object.entries({ producer, consumer })) {
    const outage = outageLog(log, 'queue: connections to Redis fail, and are tried again', { role });
    connection.on('error', outage.failed);
    connection.on('ready', outage.succeeded);
  }
  return {
    isConnectionFailure,
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

const CONNECTION_CODES: ReadonlySet<unknown> = new Set([
  ...[
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
  ],
]);

/** What a queue or a worker reports while Redis is away, each for itself. */
function isConnectionFailure(error: Error): boolean {
  return (
    ('code' in error && CONNECTION_CODES.has(error.code)) ||
    error.name === 'MaxRetriesPerRequestError' ||
    error.message === 'Connection is closed.'
  );
}
