/**
 * Outages of the connections on which workers wait for jobs, of which each worker has its own. While the shared connections fail as well,
 * these log the outage; one of a worker's alone is logged by queue, once when it begins and once when it is over.
 */
import type { Worker } from 'bullmq';
import { type OutageLog, outageLog } from '../kit/outage-log.js';
import type { Log } from '../log.js';

export const OUTAGE = 'queue: connections to Redis fail, and are tried again';

/** By which the shared connections have noticed an outage that a worker noticed first. */
const NOTICE_MILLISECONDS = 1_000;

interface QueueOutage {
  readonly log: OutageLog;
  isLost: boolean;
}

export class WorkerOutages {
  readonly #log: Log;
  readonly #isShared: () => boolean;
  /** By queue: a worker whose first contact fails is replaced by another. */
  readonly #outages = new Map<string, QueueOutage>();

  /** @param isShared whether an outage of the shared connections is open. */
  constructor(log: Log, isShared: () => boolean) {
    this.#log = log;
    this.#isShared = isShared;
  }

  watch(worker: Worker): void {
    const outage = this.#of(worker.name);
    worker.on('error', (error) => {
      if (!isConnectionFailure(error) || worker.closing !== undefined || this.#isShared()) return;
      outage.isLost = true;
      setTimeout(() => {
        if (outage.isLost && !this.#isShared()) outage.log.failed(error);
      }, NOTICE_MILLISECONDS).unref();
    });
    worker.backend.on('ready', () => {
      outage.isLost = false;
      outage.log.succeeded();
    });
  }

  #of(queue: string): QueueOutage {
    const known = this.#outages.get(queue);
    if (known !== undefined) return known;
    const outage = { log: outageLog(this.#log, OUTAGE, { role: 'worker', queue }), isLost: false };
    this.#outages.set(queue, outage);
    return outage;
  }
}

const CONNECTION_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What each queue and worker reports while Redis is away. */
export function isConnectionFailure(error: Error): boolean {
  return (
    ('code' in error && CONNECTION_CODES.has(error.code)) ||
    error.name === 'MaxRetriesPerRequestError' ||
    error.message === 'Connection is closed.'
  );
}
