/**
 * Closes the days that are over, of outlets that close their days: from an outlet's first close on, each day is closed once. An outlet whose
 * day cannot be closed now keeps no other from it, and is tried again.
 */
import { newCause } from '../../../platform/events/envelope.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { addDays, type CalendarDay, dayIn } from '../../../platform/kit/calendar.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Services } from '../context.js';
import { findFigures, insertClose } from '../operations/daily-close.js';
import { findOutletsToClose, type OutletToClose } from '../store/daily-closes.js';

const POLL_INTERVAL_MILLISECONDS = 300_000;
/** After midnight: what was paid before it has arrived by then. */
const GRACE_MILLISECONDS = 10 * 60_000;

const EVERYWHERE: Scope = { customerId: null, everywhere: true, franchiseIds: [], outletIds: [] };

type CloseServices = Pick<Services, 'database' | 'log'>;

export function startDailyCloses(services: CloseServices): PollLoop {
  return startPollLoop({
    name: 'payment.daily-closes',
    isMaintenance: true,
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log: services.log,
    async turn() {
      await closeDaysThatAreOver(services, new Date());
      return 'done';
    },
  });
}

/** @param now the days before its own, of each outlet, are over. */
export async function closeDaysThatAreOver({ database, log }: CloseServices, now: Date): Promise<void> {
  const moment = new Date(now.getTime() - GRACE_MILLISECONDS);
  for (const outlet of await findOutletsToClose(database, moment)) {
    try {
      await closeDaysOf(database, outlet, dayIn(outlet.timeZone, moment));
    } catch (error) {
      log.error(
        { outletId: outlet.outletId, error: String(error) },
        'daily closes: cannot close a day, will retry',
      );
    }
  }
}

/** One after the other: a day that is skipped would never get a close. */
async function closeDaysOf(
  database: Services['database'],
  { outletId, franchiseId, timeZone, lastDay }: OutletToClose,
  today: CalendarDay,
): Promise<void> {
  const outlet = { id: outletId, timeZone };
  for (let day = addDays(lastDay, 1); day < today; day = addDays(day, 1)) {
    const figures = await findFigures(database, EVERYWHERE, outlet, day);
    const close = { id: newId('DailyClose'), outletId, franchiseId, day, madeBy: null };
    await database.work(newCause(), (work) => insertClose(work.tx, outlet, close, figures));
  }
}
