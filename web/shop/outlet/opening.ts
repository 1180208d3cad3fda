/** When an outlet closes today, by its hours and in its time zone. */
import { calendarDay, dateFormat } from '../../shared/text/intl-formats.js';
import type { ShopOutletFieldsFragment } from '../operations.js';

export type Hours = Pick<ShopOutletFieldsFragment, 'timeZone' | 'openingHours' | 'openingExceptions'>;

const WEEKDAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const;
const DAY_MINUTES = 24 * 60;

interface Opening {
  readonly opensAt: string;
  readonly closesAt: string;
}

/** `HH:MM` by the clocks at the outlet; undefined where it is open all day, or not open by its hours. */
export function closesAt(hours: Hours, now: Date): string | undefined {
  const today = openingsOf(hours, now);
  const yesterday = openingsOf(hours, new Date(now.getTime() - DAY_MINUTES * 60_000));
  const minute = minuteOfDay(now, hours.timeZone);
  for (const [openings, passed] of [
    [today, minute],
    [yesterday, minute + DAY_MINUTES],
  ] as const)
    for (const opening of openings) {
      const from = minutesOf(opening.opensAt);
      const to = minutesOf(opening.closesAt);
      const end = to > from ? to : to + DAY_MINUTES;
      if (end - from === DAY_MINUTES) continue;
      if (from <= passed && passed < end) return opening.closesAt;
    }
  return undefined;
}

function openingsOf({ openingHours, openingExceptions, timeZone }: Hours, at: Date): readonly Opening[] {
  const date = calendarDay(at, timeZone);
  const exception = openingExceptions.find((one) => one.date === date);
  if (exception !== undefined) return exception.openings;
  const weekday = WEEKDAYS[new Date(`${date}T00:00:00Z`).getUTCDay()];
  return openingHours.filter((one) => one.weekday === weekday);
}

function minuteOfDay(at: Date, timeZone: string): number {
  return minutesOf(
    dateFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(at),
  );
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}
