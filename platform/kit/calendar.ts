/**
 * Calendar days as people count them, and the time zones they are counted in. A day is `YYYY-MM-DD` everywhere: in inputs,
 * events, tables and rules; days compare as text.
 */
import { z } from 'zod';
import { ErrorCode, requestError } from '../errors.js';

declare const CALENDAR_DAY: unique symbol;

/** `YYYY-MM-DD`, a day that exists. */
export type CalendarDay = string & { readonly [CALENDAR_DAY]: true };

const DAY_MILLISECONDS = 86_400_000;
/** Three years, one of them a leap year. */
const MAXIMUM_PERIOD_DAYS = 3 * 365 + 1;
/** The local time of any zone is within 14 hours of UTC; a day more covers every change of a zone's offset. */
const WIDEST_OFFSET_MILLISECONDS = 24 * 3_600_000;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** RFC 3339; the offset is required. */
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?([Zz]|[+-]\d{2}:?\d{2})$/;

function isCalendarDay(text: string): text is CalendarDay {
  if (!DAY.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** A plain day, or a timestamp with its offset, taken as the day written in it; undefined for anything else. */
export function parseCalendarDay(text: string): CalendarDay | undefined {
  const trimmed = text.trim();
  if (isCalendarDay(trimmed)) return trimmed;
  const day = TIMESTAMP.exec(trimmed)?.[1];
  if (day === undefined || !isCalendarDay(day) || !isInstant(trimmed)) return undefined;
  return day;
}

/** @throws RangeError for what is no day: for days from our own tables and events. */
export function calendarDay(text: string): CalendarDay {
  const day = parseCalendarDay(text);
  if (day === undefined) throw new RangeError(`Not a calendar day: ${text}`);
  return day;
}

/** The day of a moment in a time zone. A zone that this system has no rules for counts as UTC. */
export function dayIn(timeZone: string, moment: Date): CalendarDay {
  const day = formatterOf(timeZone).format(moment);
  if (!hasDayShape(day)) throw new RangeError(`Years have four digits: ${day}`);
  return day;
}

/** The hour that the clocks of a time zone show at a moment, from 0 to 23. */
export function hourIn(timeZone: string, moment: Date): number {
  return Number(clockOf(timeZone).format(moment).slice(11, 13));
}

export function todayIn(timeZone: string): CalendarDay {
  return dayIn(timeZone, new Date());
}

/** The first moment of a day in a time zone, also where the clocks skip midnight. */
export function startOfDay(day: CalendarDay, timeZone: string): Date {
  const midnight = utcMidnight(day);
  let before = midnight - WIDEST_OFFSET_MILLISECONDS;
  let from = midnight + WIDEST_OFFSET_MILLISECONDS;
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (dayIn(timeZone, new Date(middle)) < day) before = middle;
    else from = middle;
  }
  return new Date(from);
}

/** The first moment after a day in a time zone: the end of a half-open interval. */
export function endOfDay(day: CalendarDay, timeZone: string): Date {
  return startOfDay(addDays(day, 1), timeZone);
}

/**
 * The moment at which the clocks of a time zone show a time of a day, as RFC 5545 says: a time that comes twice is the first of
 * the two, a time that is skipped is as much later as the clocks skip.
 * @param minutes since midnight, 1440 for the day's end.
 */
export function momentAt(day: CalendarDay, minutes: number, timeZone: string): Date {
  const local = utcMidnight(day) + minutes * 60_000;
  const [before, after] = [-1, 1].map((side) =>
    offsetAt(timeZone, local + side * WIDEST_OFFSET_MILLISECONDS),
  );
  const first = local - (before ?? 0);
  const second = local - (after ?? 0);
  const isSecond = offsetAt(timeZone, first) !== before && offsetAt(timeZone, second) === after;
  return new Date(isSecond ? second : first);
}

/** How far the clocks of a time zone are ahead of UTC at a moment, in milliseconds. */
function offsetAt(timeZone: string, moment: number): number {
  const whole = Math.floor(moment / 1_000) * 1_000;
  return Date.parse(`${clockOf(timeZone).format(whole).replace(' ', 'T')}Z`) - whole;
}

export function addDays(day: CalendarDay, days: number): CalendarDay {
  return calendarDay(new Date(utcMidnight(day) + days * DAY_MILLISECONDS).toISOString().slice(0, 10));
}

/** The number of days from one day to another; negative when the other is earlier. */
export function daysBetween(from: CalendarDay, to: CalendarDay): number {
  return (utcMidnight(to) - utcMidnight(from)) / DAY_MILLISECONDS;
}

/** Days that a report covers, both included. */
export interface Period {
  readonly from: CalendarDay;
  readonly to: CalendarDay;
}

/**
 * The one rule for the days of a report: in order, at most three years, none before the year 1, where PostgreSQL's calendar
 * begins. @throws BAD_USER_INPUT
 */
export function reportPeriod(given: { readonly from: string; readonly to: string }): Period {
  const [from, to] = [reportDay('from', given.from), reportDay('to', given.to)];
  const days = daysBetween(from, to);
  if (days < 0) throw requestError(ErrorCode.BAD_USER_INPUT, 'from must not be after to');
  if (days > MAXIMUM_PERIOD_DAYS) {
    throw requestError(ErrorCode.BAD_USER_INPUT, 'A report spans three years at the most');
  }
  return { from, to };
}

function reportDay(name: string, text: string): CalendarDay {
  const day = parseCalendarDay(text);
  if (day === undefined || day < '0001-01-01') {
    throw requestError(ErrorCode.BAD_USER_INPUT, `${name} is not a day`);
  }
  return day;
}

/** For PostgreSQL `date` columns, which Prisma reads and writes as midnight UTC. */
export function dateOfDay(day: CalendarDay): Date {
  return new Date(utcMidnight(day));
}

export function dayOfDate(date: Date): CalendarDay {
  return calendarDay(date.toISOString().slice(0, 10));
}

/**
 * Input rule: `UTC` or an IANA name of an area and location, such as Asia/Jakarta, that this system has rules for, whatever its
 * case; the output is spelt as IANA spells it.
 */
export const timeZoneSchema = z
  .string()
  .trim()
  .transform((name, context): string => {
    const canonical = canonicalTimeZone(name);
    if (canonical !== undefined) return canonical;
    context.addIssue({ code: 'custom', message: 'A time zone has an IANA name, such as Asia/Jakarta' });
    return z.NEVER;
  });

/** The name as IANA spells it; undefined for what is no time zone. A link such as Asia/Kolkata stays the name it is. */
export function canonicalTimeZone(name: string): string | undefined {
  if (name.toUpperCase() === 'UTC') return 'UTC';
  if (!isTimeZone(name)) return undefined;
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
  if (timeZone.toLowerCase() === name.toLowerCase()) return timeZone;
  // Another name of the same zone, which the system resolves to the one it prefers.
  if (/[A-Z]/.test(name)) return name;
  return name.replaceAll(/(?<=^|[/_-])[a-z]/g, (letter) => letter.toUpperCase());
}

/** The one rule for names of time zones. Offsets and abbreviations such as +07:00 or WIB are none. */
export function isTimeZone(name: string): boolean {
  if (!/^(UTC|[A-Za-z]+(\/[A-Za-z0-9_+-]+)+)$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  // Swedish writes days as ISO 8601 does.
  const formatter = new Intl.DateTimeFormat('sv-SE', { timeZone: isTimeZone(timeZone) ? timeZone : 'UTC' });
  formatters.set(timeZone, formatter);
  return formatter;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Writes a moment as `YYYY-MM-DD hh:mm:ss`. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone: isTimeZone(timeZone) ? timeZone : 'UTC', hourCycle: 'h23' },
    ...{
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    },
  });
  clocks.set(timeZone, clock);
  return clock;
}

/** Enough for what a formatter has made, on paths that cannot afford to parse it. */
function hasDayShape(text: string): text is CalendarDay {
  return DAY.test(text);
}

function utcMidnight(day: CalendarDay): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function isInstant(timestamp: string): boolean {
  const normalized = timestamp.toUpperCase().replace(' ', 'T').replace(',', '.');
  return !Number.isNaN(Date.parse(normalized.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')));
}
