/**
 * What kind of day each day is in Indonesia: public holidays on fixed days, Ramadan, and the feasts that move with the moon, by the calendar of Umm al-Qura. The
 * ministry may see the moon a day later.
 */
import { addDays, type CalendarDay, dateOfDay, daysBetween } from '../../../../platform/kit/calendar.js';

const FIXED: ReadonlySet<string> = new Set(['01-01', '05-01', '06-01', '08-17', '12-25']);
const ISLAMIC = new Intl.DateTimeFormat('en-u-ca-islamic-umalqura-nu-latn', {
  ...{ timeZone: 'UTC', month: 'numeric', day: 'numeric' },
});

/** Null for a day like any other. */
export function kindOf(day: CalendarDay): string | null {
  const parts = ISLAMIC.formatToParts(dateOfDay(day));
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const [month, dayOfMonth] = [part('month'), part('day')];
  if (month === 9) return 'RAMADAN';
  if (month === 10 && dayOfMonth <= 2) return 'EID_AL_FITR';
  if (month === 12 && dayOfMonth === 10) return 'EID_AL_ADHA';
  return FIXED.has(day.slice(5)) ? 'PUBLIC_HOLIDAY' : null;
}

/** @param set what head office says of days instead. */
export function kindsFrom(
  from: CalendarDay,
  to: CalendarDay,
  set: ReadonlyMap<CalendarDay, string | null>,
): { readonly day: CalendarDay; readonly kind: string | null }[] {
  return Array.from({ length: daysBetween(from, to) + 1 }, (_, offset) => {
    const day = addDays(from, offset);
    const ofHeadOffice = set.get(day);
    return { day, kind: ofHeadOffice === undefined ? kindOf(day) : ofHeadOffice };
  });
}
