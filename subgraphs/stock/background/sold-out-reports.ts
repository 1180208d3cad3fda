/**
 * Looks once a minute for items that have run out or are there again: forecasts and lost sales count minutes. What is short for less than that goes
 * unnoticed, as do guests who would have come in it.
 */
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import { reportSoldOut } from '../operations/report-sold-out.js';
import type { OwnStockDatabase } from '../store/database.js';

const POLL_INTERVAL_MILLISECONDS = 60_000;

export function startSoldOutReports(database: OwnStockDatabase, log: Log): PollLoop {
  return startPollLoop({
    name: 'stock.sold-out-reports',
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      await reportSoldOut(database);
      return 'done';
    },
  });
}
