/** The days that a report is compared with, and which key of a row stands where which stood. */
import {
  addDays,
  type CalendarDay,
  calendarDay,
  daysBetween,
  type Period,
} from '../../../platform/kit/calendar.js';

export type SalesComparison = 'PREVIOUS_PERIOD' | 'SAME_WEEKDAY' | 'LAST_YEAR';

/** As many days each: day n of the one is compared with day n of the other. Whole months are compared with whole months. */
export function comparedPeriod({ from, to }: Period, comparison: SalesComparison): Period {
  const days = daysBetween(from, to) + 1;
  switch (comparison) {
    case 'SAME_WEEKDAY': {
      const weeks = Math.ceil(days / 7);
      return { from: addDays(from, -7 * weeks), to: addDays(to, -7 * weeks) };
    }
    case 'LAST_YEAR':
      return {
        from: inMonths(from, -12),
        to: isLastOfMonth(to) ? lastOfMonth(inMonths(to, -12)) : inMonths(to, -12),
      };
    case 'PREVIOUS_PERIOD': {
      const months = wholeMonths(from, to);
      if (months === null) return { from: addDays(from, -days), to: addDays(from, -1) };
      return { from: inMonths(from, -months), to: addDays(from, -1) };
    }
  }
}

/** Where a row's time stood in the other period, by how far it is from the beginning; null where the other is shorter. */
export function comparedKey(
  key: string,
  by: 'DAY' | 'MONTH',
  { from }: Period,
  compared: Period,
  comparison: SalesComparison,
): string | null {
  if (by === 'MONTH') {
    const months = monthsBetween(calendarDay(`${from.slice(0, 7)}-01`), calendarDay(`${key}-01`));
    return inMonths(calendarDay(`${compared.from.slice(0, 7)}-01`), months).slice(0, 7);
  }
  const day = calendarDay(key);
  if (comparison === 'LAST_YEAR') {
    const then = inMonths(day, -12);
    // 29 February has nothing to be compared with.
    return then.slice(5) === day.slice(5) ? then : null;
  }
  const then = addDays(compared.from, daysBetween(from, day));
  return then > compared.to ? null : then;
}

/** The day of the same number some months later or earlier, or the last of a month that is shorter. */
function inMonths(day: CalendarDay, months: number): CalendarDay {
  const first = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  first.setUTCMonth(first.getUTCMonth() + months);
  const last = lastOfMonth(calendarDay(first.toISOString().slice(0, 10)));
  const number = Math.min(Number(day.slice(8)), Number(last.slice(8)));
  return calendarDay(`${last.slice(0, 8)}${String(number).padStart(2, '0')}`);
}

export function lastOfMonth(day: CalendarDay): CalendarDay {
  const next = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  next.setUTCMonth(next.getUTCMonth() + 1);
  return addDays(calendarDay(next.toISOString().slice(0, 10)), -1);
}

function isLastOfMonth(day: CalendarDay): boolean {
  return day === lastOfMonth(day);
}

function monthsBetween(from: CalendarDay, to: CalendarDay): number {
  return (
    (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 +
    Number(to.slice(5, 7)) -
    Number(from.slice(5, 7))
  );
}

function wholeMonths(from: CalendarDay, to: CalendarDay): number | null {
  return from.endsWith('-01') && isLastOfMonth(to) ? monthsBetween(from, to) + 1 : null;
}
