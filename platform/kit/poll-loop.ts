/**
 * Work that runs by the clock. Turns run one at a time: at once while a turn reports more work, otherwise after
 * `intervalMilliseconds` or a `wake()`. A failed turn is retried after the interval; no failure ends the loop. The first failure of a series is
 * logged, and its end with their number.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.js';
import { outageLog } from './outage-log.js';
import { startGateOpened } from './start-gate.js';

export interface PollLoop {
  /** Runs the next turn now, or directly after the turn in progress. */
  wake(): void;
  /** Resolves when the turn in progress has ended; no further turn starts. */
  stop(): Promise<void>;
}

export interface PollLoopOptions {
  /** Names the loop in the log. */
  readonly name: string;
  readonly intervalMilliseconds: number;
  readonly log: Pick<Log, 'warn'>;
  /** Whether nobody waits for it: then the first turn waits until the units of the process serve. Default false. */
  readonly isMaintenance?: boolean;
  /** @param stopping aborted when the loop is stopped, for turns that wait for something. */
  turn(stopping: AbortSignal): Promise<'more' | 'done'>;
}

/** The first turn runs at once, but for maintenance. */
export function startPollLoop({
  name,
  intervalMilliseconds,
  log,
  turn,
  isMaintenance = false,
}: PollLoopOptions): PollLoop {
  const stopping = new AbortController();
  let interruptSleep = () => {};
  let isWoken = false;
  const outage = outageLog(log, 'poll loop: turns fail, and are tried again', { loop: name });

  async function run(): Promise<void> {
    if (isMaintenance) await Promise.race([startGateOpened(), aborted(stopping.signal)]);
    while (!stopping.signal.aborted) {
      isWoken = false;
      try {
        const outcome = await turn(stopping.signal);
        outage.succeeded();
        if (outcome === 'more') continue;
        if (!isWoken) await sleep({ untilWoken: true });
      } catch (error) {
        outage.failed(error);
        // Not until woken: wakes may come as fast as turns fail.
        await sleep({ untilWoken: false });
      }
    }
  }

  async function sleep({ untilWoken }: { untilWoken: boolean }): Promise<void> {
    if (stopping.signal.aborted) return;
    const interruption = new AbortController();
    interruptSleep = () => {
      if (untilWoken || stopping.signal.aborted) interruption.abort();
    };
    await delay(intervalMilliseconds, undefined, { signal: interruption.signal }).catch(() => undefined);
  }

  const running = run();
  return {
    wake() {
      isWoken = true;
      interruptSleep();
    },
    async stop() {
      stopping.abort();
      interruptSleep();
      await running;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
