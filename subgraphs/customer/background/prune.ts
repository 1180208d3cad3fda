/** Deletes idempotency keys that no client retries any more. */
import { pruneIdempotencyKeys } from '../../../platform/kit/idempotency.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import type { OwnCustomerDatabase } from '../store/database.js';

const POLL_INTERVAL_MILLISECONDS = 60_000;

export function startPruning(database: OwnCustomerDatabase, log: Log): PollLoop {
  return startPollLoop({
    name: 'customer.prune',
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      return (await pruneIdempotencyKeys(database.pool)) ? 'more' : 'done';
    },
  });
}
