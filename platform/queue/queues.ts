/**
 * BullMQ on Redis or on PostgreSQL, by configuration; the users of a queue do not depend on which. Failed jobs are retried
 * without limit, with a capped exponential back-off. What was opened while the server was away works once it is back.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { BulkJobOptions, WorkerOptions as BullWorkerOptions, JobsOptions } from 'bullmq';
import { startGateOpened } from '../kit/start-gate.js';
import type { Log } from '../log.js';
import { counter } from '../metrics.js';

export interface Queues {
  /** Adds a job, unless the queue still has one of this id. */
  add(queue: string, data: object, options: { jobId: string; delay?: number }): Promise<void>;
  addBulk(queue: string, jobs: readonly { data: object; jobId: string }[]): Promise<void>;
  /**
   * Processes jobs until stopped. The data of a queue has one shape, on which its two ends agree. A job whose handler throws
   * is retried after a pause; `ReleasedJob` releases it to the next worker, in its old position. The first is taken once the units of the
   * process serve.
   */
  work<Data extends object>(queue: string, handle: (data: Data) => Promise<void>, options: WorkOptions): Work;
  /** How many jobs are waiting, active or delayed before a retry. */
  counts(queue: string): Promise<Readonly<Record<string, number>>>;
  /** Deletes a queue that nobody works on any more, with its jobs. Idempotent. */
  remove(queue: string): Promise<void>;
  close(): Promise<void>;
}

export interface WorkOptions {
  readonly concurrency: number;
  /**
   * How long the jobs of a worker that died or froze stay locked; within twice that, another worker has taken them over, any
   * number of times. Default 15 s.
   */
  readonly lockMilliseconds?: number;
}

/** A running worker. */
export interface Work {
  /** Resolves after the jobs in progress, at most ten seconds later: another worker takes over those unfinished. */
  stop(): Promise<void>;
}

/** The part of BullMQ's `Queue` used here. */
export interface JobQueue {
  add(name: string, data: object, options: JobsOptions): Promise<unknown>;
  addBulk(jobs: { name: string; data: object; opts: BulkJobOptions }[]): Promise<unknown>;
  getJobCounts(): Promise<Record<string, number>>;
  obliterate(options: { force: boolean }): Promise<unknown>;
  /** Settles with the first contact to the server, once and for all: after a failure, nothing but a new object works. */
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** The part of BullMQ's `Job` used here. */
export interface RunningJob<Data> {
  readonly id?: string | undefined;
  readonly data: Data;
  readonly attemptsMade: number;
}

/** The part of BullMQ's `Worker` used here. */
export interface JobWorker {
  /** As of `JobQueue`. */
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'failed', listener: (job: RunningJob<unknown> | undefined, error: Error) => void): unknown;
  close(): Promise<void>;
}

/** Where the jobs are stored. Adding fails fast, so that the producer can retry by itself; workers wait for the server. */
export interface QueueBackend {
  openQueue(name: string, defaults: JobsOptions): JobQueue;
  openWorker<Data>(
    name: string,
    handle: (job: RunningJob<Data>) => Promise<void>,
    options: Omit<BullWorkerOptions, 'connection'>,
  ): JobWorker;
  /** Whether the error is of a connection, which the backend logs itself. Left out: it never is. */
  isConnectionFailure?(error: Error): boolean;
  close(): Promise<void>;
}

/** The most that both backends can count: in effect no limit. */
const ATTEMPTS = 2_147_483_647;
const LOCK_MILLISECONDS = 15_000;
const CLOSE_LIMIT_MILLISECONDS = 10_000;
const MAXIMUM_PAUSE_MILLISECONDS = 30_000;
/** Between two first contacts of a worker whose server is away. */
const REOPEN_MILLISECONDS = 500;

const JOB_DEFAULTS: JobsOptions = {
  attempts: ATTEMPTS,
  backoff: { type: 'custom' },
  removeOnComplete: { age: 600, count: 1_000 },
  removeOnFail: false,
};

const failedAttempts = counter('kedai_queue_attempts_failed_total', 'Job attempts that failed', ['queue']);

export function createQueues(backend: QueueBackend, log: Log): Queues {
  const queues = new Map<string, JobQueue>();
  const works = new Set<Work>();

  /** A connection that is lost, the backend reports once for all of them. */
  function report(queue: string, error: Error, message: string): void {
    if (backend.isConnectionFailure?.(error) !== true) log.warn({ queue, error: error.message }, message);
  }

  function queueOf(name: string): JobQueue {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const queue = backend.openQueue(name, JOB_DEFAULTS);
    queue.on('error', (error) => report(name, error, 'queue: producer error'));
    queue.waitUntilReady().catch(async () => {
      if (queues.get(name) === queue) queues.delete(name);
      await queue.close().catch(() => undefined);
    });
    queues.set(name, queue);
    return queue;
  }

  function openWorker<Data>(
    name: string,
    handle: (job: RunningJob<Data>) => Promise<void>,
    lockMilliseconds: number,
    concurrency: number,
  ): JobWorker {
    const worker = backend.openWorker<Data>(name, handle, {
      concurrency,
      lockDuration: lockMilliseconds,
      stalledInterval: lockMilliseconds,
      maxStalledCount: ATTEMPTS,
      settings: { backoffStrategy: pauseBeforeAttempt },
    });
    worker.on('error', (error) => report(name, error, 'queue: worker error'));
    worker.on('failed', (job, error) => {
      failedAttempts.inc({ queue: name });
      log.warn(
        { queue: name, job: job?.id, attempt: job?.attemptsMade, error: error.message },
        'queue: job failed',
      );
    });
    return worker;
  }

  return {
    async add(name, data, options) {
      await queueOf(name).add('job', data, options);
    },
    async addBulk(name, jobs) {
      await queueOf(name).addBulk(jobs.map(({ data, jobId }) => ({ name: 'job', data, opts: { jobId } })));
    },
    work<Data extends object>(
      name: string,
      handle: (data: Data) => Promise<void>,
      options: WorkOptions,
    ): Work {
      const { lockMilliseconds = LOCK_MILLISECONDS } = options;
      const stopping = new AbortController();
      let worker: JobWorker | undefined;
      void startGateOpened().then(() => {
        if (!stopping.signal.aborted) worker = open();
      });
      function open(): JobWorker {
        const opened = openWorker<Data>(
          name,
          ({ data }) => handle(data),
          lockMilliseconds,
          options.concurrency,
        );
        opened.waitUntilReady().catch(async () => {
          if (stopping.signal.aborted) return;
          await closed(opened).catch(() => undefined);
          await delay(REOPEN_MILLISECONDS, undefined, stopping).catch(() => undefined);
          if (!stopping.signal.aborted) worker = open();
        });
        return opened;
      }
      const work: Work = {
        async stop() {
          stopping.abort();
          works.delete(work);
          if (worker !== undefined) await closed(worker);
        },
      };
      works.add(work);
      return work;
    },
    counts: (name) => queueOf(name).getJobCounts(),
    async remove(name) {
      const queue = queueOf(name);
      await queue.obliterate({ force: true });
      queues.delete(name);
      await queue.close();
    },
    async close() {
      await Promise.all([...works].map((work) => work.stop()));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await backend.close();
    },
  };
}

/** A worker that lost its server during a job may wait for it without end. */
async function closed(worker: JobWorker): Promise<void> {
  const limit = new AbortController();
  await Promise.race([
    worker.close(),
    delay(CLOSE_LIMIT_MILLISECONDS, undefined, { signal: limit.signal }).catch(() => undefined),
  ]);
  limit.abort();
}

function pauseBeforeAttempt(attemptsMade: number): number {
  return Math.min(100 * 2 ** attemptsMade, MAXIMUM_PAUSE_MILLISECONDS);
}
