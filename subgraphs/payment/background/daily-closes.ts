/** Closes the days that are over, of outlets that close their days: from an outlet's first close on, each day is closed once. */
import { newCause } from '../../../platform/events/envelope.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { addDays, dayIn } from '../../../platform/kit/calendar.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Services } from '../context.js';
import { findFigures, insertClose } from '../operations/daily-close.js';
import { findOutletsToClose } from '../store/daily-closes.js';

const POLL_INTERVAL_MILLISECONDS = 300_000;
/** After midnight: what was paid before it has arrived by then. */
const GRACE_MILLISECONDS = 10 * 60_000;

const EVERYWHERE: Scope = { customerId: null, everywhere: true, franchiseIds: [], outletIds: [] };

export function startDailyCloses({ database, log }: Pick<Services, 'database' | 'log'>): PollLoop {
  return startPollLoop({
    name: 'payment.daily-closes',
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      await closeDaysThatAreOver(database, new Date());
      return 'done';
    },
  });
}

/** @param now the days before its own, of each outlet, are over. */
export async function closeDaysThatAreOver(database: Services['database'], now: Date): Promise<void> {
  const moment = new Date(now.getTime() - GRACE_MILLISECONDS);
  for (const { outletId, franchiseId, timeZone, lastDay } of await findOutletsToClose(database, moment)) {
    const outlet = { id: outletId, timeZone };
    const today = dayIn(timeZone, moment);
    for (let day = addDays(lastDay, 1); day < today; day = addDays(day, 1)) {
      const figures = await findFigures(database, EVERYWHERE, outlet, day);
      const close = { id: newId('DailyClose'), outletId, franchiseId, day, madeBy: null };
      await database.work(newCause(), (work) => insertClose(work.tx, outlet, close, figures));
    }
  }
}
