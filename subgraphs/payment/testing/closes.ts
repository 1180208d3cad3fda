/** Closes a day as the clock does, whatever day it is: `dailyClose` takes the present one and the one before. */
import { newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { findFigures, insertClose } from '../operations/daily-close.js';
import type { OwnPaymentDatabase } from '../store/database.js';

const EVERYWHERE = { customerId: null, everywhere: true, franchiseIds: [], outletIds: [] };

export interface ClosingOutlet {
  readonly outletId: string;
  readonly franchiseId: string;
  readonly timeZone: string;
}

export async function closeByClock(
  database: OwnPaymentDatabase,
  { outletId, franchiseId, timeZone }: ClosingOutlet,
  day: CalendarDay,
): Promise<void> {
  const outlet = { id: outletId, timeZone };
  const figures = await findFigures(database, EVERYWHERE, outlet, day);
  const close = { id: newId('DailyClose'), outletId, franchiseId, day, madeBy: null };
  await database.work(newCause(), ({ tx }) => insertClose(tx, outlet, close, figures));
}
