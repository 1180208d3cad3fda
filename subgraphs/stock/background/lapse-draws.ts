/** Ends draws that no scale has shown for ten minutes. */
import type { Bus } from '../../../platform/bus/bus.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import { publishLevels } from '../published.js';
import type { OwnStockDatabase } from '../store/database.js';
import { updateLapsedDraws } from '../store/reservations.js';

const LAPSE_MILLISECONDS = 10 * 60_000;
const POLL_INTERVAL_MILLISECONDS = 5_000;

export function startLapsingDraws(database: OwnStockDatabase, bus: Bus, log: Log): PollLoop {
  return startPollLoop({
    name: 'stock.lapse-draws',
    isMaintenance: true,
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      publishLevels(bus, await updateLapsedDraws(database.pool, new Date(Date.now() - LAPSE_MILLISECONDS)));
      return 'done';
    },
  });
}
