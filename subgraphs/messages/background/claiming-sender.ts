/**
 * Sends what is due as it becomes due, a bounded number at once: what is claimed is attempted beside what is under way, so that a receiver that
 * is slow holds up nobody else's. A claim whose attempt ends without a mark lapses, and is made again.
 */
import { setMaxListeners } from 'node:events';
import { type PollLoop, type PollLoopOptions, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';

export interface ClaimingSenderOptions<Claimed>
  extends Pick<PollLoopOptions, 'name' | 'intervalMilliseconds'> {
  readonly log: Log;
  readonly atOnce: number;
  claim(free: number, underWay: readonly Claimed[]): Promise<readonly Claimed[]>;
  /** @param stopping aborted some seconds after the sender was to stop. */
  attempt(claimed: Claimed, stopping: AbortSignal): Promise<void>;
  /** At most once an interval. */
  tidy(): Promise<void>;
}

/** For attempts under way, once it is to stop. */
const STOP_MILLISECONDS = 3_000;
/** Of the bound: so much has to be free until more is claimed, so that claims are of many. */
const CLAIMED_PART = 1 / 4;

export function startClaimingSender<Claimed extends { readonly id: string }>({
  name,
  intervalMilliseconds,
  log,
  atOnce,
  claim,
  attempt,
  tidy,
}: ClaimingSenderOptions<Claimed>): Pick<PollLoop, 'wake' | 'stop'> {
  const underWay = new Map<Claimed, Promise<void>>();
  const stopping = new AbortController();
  // Every attempt under way listens to it.
  setMaxListeners(0, stopping.signal);
  let tidiedAt = Number.NEGATIVE_INFINITY;
  let mayBeMore = false;

  async function turn(): Promise<'done'> {
    if (performance.now() - tidiedAt >= intervalMilliseconds) {
      await tidy();
      tidiedAt = performance.now();
    }
    const free = atOnce - underWay.size;
    if (free <= 0) return 'done';
    const due = await claim(free, [...underWay.keys()]);
    mayBeMore = due.length > 0;
    for (const claimed of due) begin(claimed);
    return 'done';
  }

  function begin(claimed: Claimed): void {
    const ended = attempt(claimed, stopping.signal)
      .catch((error: unknown) =>
        log.warn({ sender: name, id: claimed.id, error: String(error) }, 'sender: not marked'),
      )
      .finally(() => {
        underWay.delete(claimed);
        if (mayBeMore && atOnce - underWay.size >= atOnce * CLAIMED_PART) loop.wake();
      });
    underWay.set(claimed, ended);
  }

  const loop = startPollLoop({ ...{ name, intervalMilliseconds, log, turn }, isMaintenance: true });
  return {
    wake: loop.wake,
    async stop() {
      await loop.stop();
      const patience = setTimeout(() => stopping.abort(), STOP_MILLISECONDS);
      await Promise.all(underWay.values());
      clearTimeout(patience);
    },
  };
}
