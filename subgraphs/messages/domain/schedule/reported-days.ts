/** The days that a run reports: the whole period before its due time, as long as the rule's frequency and interval say. */
import {
  addDays,
  type CalendarDay,
  calendarDay,
  dayIn,
  type Period,
} from '../../../../platform/kit/calendar.js';
import type { Recurrence } from './recurrence.js';

/** A report spans three years at the most. */
const MAXIMUM_MONTHS = 36;

/**
 * A rule by years, months or days reports the years, months or days before that of the due time; one by weeks those from Monday to Sunday; one by
 * hours or minutes the day so far.
 */
export function reportedDays(
  { frequency, interval }: Pick<Recurrence, 'frequency' | 'interval'>,
  dueAt: Date,
  timeZone: string,
): Period {
  const day = dayIn(timeZone, dueAt);
  switch (frequency) {
    case 'YEARLY':
      return monthsBefore(calendarDay(`${day.slice(0, 4)}-01-01`), interval * 12);
    case 'MONTHLY':
      return monthsBefore(calendarDay(`${day.slice(0, 7)}-01`), interval);
    case 'WEEKLY': {
      const monday = addDays(day, -((weekdayOf(day) + 6) % 7));
      return { from: addDays(monday, -7 * Math.min(interval, 156)), to: addDays(monday, -1) };
    }
    case 'DAILY':
      return { from: addDays(day, -interval), to: addDays(day, -1) };
    case 'HOURLY':
    case 'MINUTELY':
      return { from: day, to: day };
  }
}

function monthsBefore(first: CalendarDay, months: number): Period {
  const from = new Date(`${first}T00:00:00Z`);
  from.setUTCMonth(from.getUTCMonth() - Math.min(months, MAXIMUM_MONTHS));
  return { from: calendarDay(from.toISOString().slice(0, 10)), to: addDays(first, -1) };
}

/** From 0 for Sunday. */
function weekdayOf(day: CalendarDay): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}
