/** Counts what customers bought, some seconds after it was sold. Processes take turns. */
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import { countCustomers } from '../store/count-customers.js';
import type { OwnOrderDatabase } from '../store/database.js';

const INTERVAL_MILLISECONDS = 4_000;

export function startCustomerCount(database: OwnOrderDatabase, log: Log): PollLoop {
  return startPollLoop({
    name: 'order.customer-count',
    isMaintenance: true,
    intervalMilliseconds: INTERVAL_MILLISECONDS,
    log,
    turn: async () => ((await countCustomers(database)) ? 'more' : 'done'),
  });
}
