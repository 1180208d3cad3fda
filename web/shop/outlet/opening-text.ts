/** Whether an outlet takes orders now, in a few words. */

import { timeOfDay } from '../../shared/text/format.js';
import { calendarDay, dateFormat } from '../../shared/text/intl-formats.js';
import { language } from '../../shared/text/language.js';
import { text } from '../text.js';
import { closesAt, type Hours } from './opening.js';

interface Opened {
  readonly isOpenNow: boolean;
  readonly nextOpensAt: string | null;
  readonly timeZone: string;
}

export function openingText(outlet: Opened & Partial<Hours>): string {
  if (!outlet.isOpenNow)
    return outlet.nextOpensAt === null
      ? text.closed
      : text.closedUntil(dayAndTime(outlet.nextOpensAt, outlet.timeZone));
  const { openingHours, openingExceptions, timeZone } = outlet;
  if (openingHours === undefined || openingExceptions === undefined) return text.open;
  const closes = closesAt({ openingHours, openingExceptions, timeZone }, new Date());
  return closes === undefined
    ? text.openAllDay
    : text.openUntil(language === 'id' ? closes.replace(':', '.') : closes);
}

/** With the day where it is not today. */
export function dayAndTime(at: string, timeZone: string): string {
  const time = timeOfDay(at, timeZone);
  const date = new Date(at);
  if (calendarDay(date, timeZone) === calendarDay(new Date(), timeZone)) return time;
  return `${dateOf(at, timeZone)}, ${time}`;
}

export function dateOf(at: string, timeZone: string | undefined): string {
  const locale = language === 'id' ? 'id-ID' : 'en-GB';
  return dateFormat(locale, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  }).format(new Date(at));
}
