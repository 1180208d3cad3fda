/** Erases what guests of deleted accounts wrote with orders that were in progress then, once these have ended. */
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import type { OwnOrderDatabase } from '../store/database.js';
import { eraseTextsOfOrders } from '../store/erasure.js';

const INTERVAL_MILLISECONDS = 60_000;

export function startErasure(database: OwnOrderDatabase, log: Log): PollLoop {
  return startPollLoop({
    name: 'order.erasure',
    isMaintenance: true,
    intervalMilliseconds: INTERVAL_MILLISECONDS,
    log,
    async turn() {
      await eraseTextsOfOrders(database);
      return 'done';
    },
  });
}
