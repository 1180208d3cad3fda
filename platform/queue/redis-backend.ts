/**
 * BullMQ's jobs in Redis. An outage is logged once when it begins and once when it is over: of the two shared connections, by role; of the
 * connection that a worker waits on, by queue, where it fails alone.
 */
import { Queue, WaitingError, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { outageLog } from '../kit/outage-log.js';
import type { Log } from '../log.js';
import type { QueueBackend } from './queues.js';
import { isConnectionFailure, OUTAGE, WorkerOutages } from './redis-outages.js';
import { ReleasedJobs } from './released-jobs.js';

export function redisQueueBackend(url: string, log: Log): QueueBackend {
  const producer = new Redis(url, { maxRetriesPerRequest: 1 });
  const consumer = new Redis(url, { maxRetriesPerRequest: null });
  const outages = Object.entries({ producer, consumer }).map(([role, connection]) => {
    const outage = outageLog(log, OUTAGE, { role });
    connection.on('error', outage.failed);
    connection.on('ready', outage.succeeded);
    return outage;
  });
  const workerOutages = new WorkerOutages(log, () => outages.some((outage) => outage.isOpen()));
  return {
    isConnectionFailure,
    openQueue: (name, defaultJobOptions) =>
      new Queue(name, { connection: producer, defaultJobOptions, skipWaitingForReady: true }),
    openWorker(name, handle, options) {
      const releasedJobs = new ReleasedJobs();
      const worker = new Worker(
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
      workerOutages.watch(worker);
      return worker;
    },
    async close() {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}
