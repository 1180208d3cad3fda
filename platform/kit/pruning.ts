/**
 * Deletes by the clock what is past its retention: every minute, and at once while there is more. A failed turn is retried with
 * the next, as in every poll loop.
 */
import type { Log } from '../log.js';
import { type PollLoop, startPollLoop } from './poll-loop.js';

const POLL_INTERVAL_MILLISECONDS = 60_000;

/** @param deletions each deletes a limited number and answers whether there may be more. */
export function startPruning(
  subgraph: string,
  deletions: readonly (() => Promise<boolean>)[],
  log: Log,
): PollLoop {
  return startPollLoop({
    name: `${subgraph}.prune`,
    isMaintenance: true,
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      let mayHaveMore = false;
      for (const deleteOld of deletions) mayHaveMore = (await deleteOld()) || mayHaveMore;
      return mayHaveMore ? 'more' : 'done';
    },
  });
}
