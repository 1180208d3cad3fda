/**
 * Begins outlets' days: subscribers of sales are sent the new day's zero when midnight passes. Each day is begun once, by whichever process comes
 * first.
 */
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import type { OwnOrderDatabase } from '../store/database.js';
import { noteBegunDays } from '../store/live-sales.js';

const INTERVAL_MILLISECONDS = 2_000;

export function startSalesDays(database: OwnOrderDatabase, log: Log): PollLoop {
  return startPollLoop({
    isMaintenance: true,
    name: 'order.sales-days',
    intervalMilliseconds: INTERVAL_MILLISECONDS,
    log,
    async turn() {
      await noteBegunDays(database);
      return 'done';
    },
  });
}
