/** Renews forecasts by night, outlet by outlet. Processes that renew one at the same time write the same. */
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import { renewForecasts } from '../operations/renew-forecasts.js';
import type { OwnOrderDatabase } from '../store/database.js';
import type { MenuReadModel } from '../store/menu-read-model.js';

const INTERVAL_MILLISECONDS = 300_000;

export function startForecasts(database: OwnOrderDatabase, menu: MenuReadModel, log: Log): PollLoop {
  return startPollLoop({
    name: 'order.forecasts',
    isMaintenance: true,
    intervalMilliseconds: INTERVAL_MILLISECONDS,
    log,
    async turn(stopping) {
      for (const outlet of menu.outlets()) {
        while (!stopping.aborted && (await renewForecasts(database, outlet, new Date())));
      }
      return 'done';
    },
  });
}
