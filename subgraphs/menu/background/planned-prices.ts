/** Invalidates cached answers when a planned price takes effect: they show the price before. */
import type { Bus } from '../../../platform/bus/bus.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import { publishInvalidation } from '../../../platform/subgraph/invalidation.js';
import type { MenuDatabase } from '../store/database.js';
import { hasPriceTakenEffect } from '../store/outlet-prices.js';

const POLL_INTERVAL_MILLISECONDS = 1_000;

export function startPlannedPrices(database: MenuDatabase, bus: Bus, log: Log): PollLoop {
  let since = new Date();
  return startPollLoop({
    name: 'menu.planned-prices',
    isMaintenance: true,
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      const now = new Date();
      if (await hasPriceTakenEffect(database, since, now)) publishInvalidation(bus, 'menu');
      since = now;
      return 'done';
    },
  });
}
