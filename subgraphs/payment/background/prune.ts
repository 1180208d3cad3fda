/** Deletes idempotency keys that no client retries any more, and callbacks that no provider repeats any more. */
import { pruneIdempotencyKeys } from '../../../platform/kit/idempotency.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import { deleteOldCallbacks } from '../store/callbacks.js';
import type { OwnPaymentDatabase } from '../store/database.js';

const POLL_INTERVAL_MILLISECONDS = 60_000;

export function startPruning(database: OwnPaymentDatabase, log: Log): PollLoop {
  return startPollLoop({
    name: 'payment.prune',
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      const mayHaveMore = [await pruneIdempotencyKeys(database.pool), await deleteOldCallbacks(database)];
      return mayHaveMore.includes(true) ? 'more' : 'done';
    },
  });
}
