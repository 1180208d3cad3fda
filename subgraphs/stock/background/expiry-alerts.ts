/** Looks for goods that expire soon, at all outlets, a few of them at a time. */
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import type { Services } from '../context.js';
import { alertOfExpiringGoods } from '../operations/alert-of-expiring-goods.js';
import { findAllOutlets } from '../store/outlets.js';

const POLL_INTERVAL_MILLISECONDS = 5 * 60_000;
const OUTLETS_AT_ONCE = 100;

export function startExpiryAlerts(services: Services, log: Log): PollLoop {
  return startPollLoop({
    name: 'stock.expiry-alerts',
    isMaintenance: true,
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    async turn(stopping) {
      const outlets = await findAllOutlets(services.database);
      for (let begin = 0; begin < outlets.length && !stopping.aborted; begin += OUTLETS_AT_ONCE) {
        await alertOfExpiringGoods(services, outlets.slice(begin, begin + OUTLETS_AT_ONCE));
      }
      return 'done';
    },
  });
}
