/**
 * Retries work while its database is unavailable: without limit, once the database answers again. Work that arrives
 * meanwhile waits behind it, in the order of arrival, so that an outage reorders nothing.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.js';
import { ReleasedJob } from '../queue/released-jobs.js';
import { isConnectionFailure } from '../sql/connection-failure.js';

export interface RetryWhileUnavailable {
  /** @throws what the work throws, unless that is the database being away; `ReleasedJob` when stopped first. */
  run(work: () => Promise<void>): Promise<void>;
  /** Releases everything that waits. */
  stop(): void;
}

export interface RetryWhileUnavailableOptions {
  /** Rejects while the database is away. */
  ready(): Promise<void>;
  readonly log: Log;
  readonly consumer: string;
}

const POLL_INTERVAL_MILLISECONDS = 200;
const AWAY = 'The database of the consumer is away';

interface Waiting {
  readonly position: number;
  resolve(): void;
  reject(error: Error): void;
}

export function retryWhileUnavailable({
  ready,
  log,
  consumer,
}: RetryWhileUnavailableOptions): RetryWhileUnavailable {
  const stopping = new AbortController();
  const waiting: Waiting[] = [];
  let isAway = false;
  let arrivals = 0;

  async function pollUntilReady(): Promise<void> {
    let isReady = false;
    while (!isReady) {
      await delay(POLL_INTERVAL_MILLISECONDS, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      isReady = await ready().then(
        () => true,
        () => false,
      );
    }
    log.info({ consumer }, 'consumer: database is available again');
    isAway = false;
    // Work in progress fails at different times, so later arrivals may stand before earlier ones.
    for (const { resolve } of waiting.splice(0).sort((one, other) => one.position - other.position))
      resolve();
  }

  function untilReady(position: number): Promise<void> {
    if (stopping.signal.aborted) return Promise.reject(new ReleasedJob(AWAY));
    return new Promise((resolve, reject) => waiting.push({ position, resolve, reject }));
  }

  return {
    async run(work) {
      arrivals += 1;
      const position = arrivals;
      for (;;) {
        if (isAway) await untilReady(position);
        try {
          return await work();
        } catch (error) {
          if (!isConnectionFailure(error)) throw error;
          if (isAway) continue;
          isAway = true;
          log.warn(
            { consumer, error: String(error) },
            'consumer: database is unavailable, work waits for it',
          );
          void pollUntilReady();
        }
      }
    },
    stop() {
      stopping.abort();
      for (const { reject } of waiting.splice(0)) reject(new ReleasedJob(AWAY));
    },
  };
}
