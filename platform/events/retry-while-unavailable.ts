/**
 * Waits out a database that is away. Work that could not reach it is tried again once it answers, without limit, and what
 * comes meanwhile waits behind it: in the order in which it came, so that an outage turns nothing around.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.js';
import { HandBack } from '../queue/released-jobs.js';
import { isConnectionFailure } from '../sql/connection-failure.js';

export interface Patience {
  /** @throws what the work throws, unless it is that the database is away; `HandBack` when it is ended first. */
  run(work: () => Promise<void>): Promise<void>;
  /** Nobody waits any longer. */
  end(): void;
}

export interface PatienceOptions {
  /** Rejects while the database is away. */
  ready(): Promise<void>;
  readonly log: Log;
  readonly consumer: string;
}

const POLL_INTERVAL_MILLISECONDS = 200;
const AWAY = 'The database of the consumer is away';

interface Waiting {
  readonly place: number;
  resolve(): void;
  reject(error: Error): void;
}

export function patience({ ready, log, consumer }: PatienceOptions): Patience {
  const ending = new AbortController();
  const waiting: Waiting[] = [];
  let isAway = false;
  let comers = 0;

  async function look(): Promise<void> {
    let answers = false;
    while (!answers) {
      await delay(POLL_INTERVAL_MILLISECONDS, undefined, { signal: ending.signal }).catch(() => undefined);
      if (ending.signal.aborted) return;
      answers = await ready().then(
        () => true,
        () => false,
      );
    }
    log.info({ consumer }, 'consumer: its database answers again');
    isAway = false;
    // What was under way fails when it fails: some that came later may have waited already.
    for (const { resolve } of waiting.splice(0).sort((one, other) => one.place - other.place)) resolve();
  }

  function untilBack(place: number): Promise<void> {
    if (ending.signal.aborted) return Promise.reject(new HandBack(AWAY));
    return new Promise((resolve, reject) => waiting.push({ place, resolve, reject }));
  }

  return {
    async run(work) {
      comers += 1;
      const place = comers;
      for (;;) {
        if (isAway) await untilBack(place);
        try {
          return await work();
        } catch (error) {
          if (!isConnectionFailure(error)) throw error;
          if (isAway) continue;
          isAway = true;
          log.warn({ consumer, error: String(error) }, 'consumer: waits for its database');
          void look();
        }
      }
    },
    end() {
      ending.abort();
      for (const { reject } of waiting.splice(0)) reject(new HandBack(AWAY));
    },
  };
}
