/** When a person wants to be left alone: from one local time to another, over midnight where the second is not later. */
import { addDays, dayIn, momentAt } from '../../../platform/kit/calendar.js';

export interface QuietHours {
  /** `HH:MM`. */
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

/**
 * The end of the quiet hours that a moment lies in, or the moment itself. Local times that clocks show twice or skip are those of RFC 5545.
 */
export function afterQuietHours(moment: Date, { from, to, timeZone }: QuietHours): Date {
  const today = dayIn(timeZone, moment);
  for (const day of [addDays(today, -1), today]) {
    const start = momentAt(day, minutesOf(from), timeZone);
    const end = momentAt(to > from ? day : addDays(day, 1), minutesOf(to), timeZone);
    if (start <= moment && moment < end) return end;
  }
  return moment;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
