/** Fits the models of customers by night, place by place. Processes that fit one at the same time write the same. */
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import { fitCustomers } from '../operations/fit-customers.js';
import type { OwnOrderDatabase } from '../store/database.js';
import type { MenuReadModel } from '../store/menu-read-model.js';

const INTERVAL_MILLISECONDS = 60_000;

export function startCustomerFits(database: OwnOrderDatabase, menu: MenuReadModel, log: Log): PollLoop {
  return startPollLoop({
    name: 'order.customer-fits',
    isMaintenance: true,
    intervalMilliseconds: INTERVAL_MILLISECONDS,
    log,
    async turn(stopping) {
      const outlets = menu.outlets();
      const places = [
        { outletId: null, franchiseId: null },
        ...[...new Set(outlets.map((one) => one.franchiseId))].map((franchiseId) => ({
          outletId: null,
          franchiseId,
        })),
        ...outlets.map(({ id, franchiseId }) => ({ outletId: id, franchiseId })),
      ];
      for (const place of places) {
        if (stopping.aborted) break;
        await fitCustomers(database, place, new Date());
      }
      return 'done';
    },
  });
}
