/**
 * A recurrence rule as its user writes it (RFC 5545): one `RRULE` line, with or without that name, and a `DTSTART` line before it or none. What is
 * accepted falls due every 15 minutes at most, and is evaluated in bounded time. Refused is what RFC 5545 forbids, every part that it does not have,
 * and every other line.
 */
import { Temporal } from 'temporal-polyfill';
import { UserFault } from '../../../../platform/errors.js';
import { canonicalTimeZone } from '../../../../platform/kit/calendar.js';

export type Frequency = 'YEARLY' | 'MONTHLY' | 'WEEKLY' | 'DAILY' | 'HOURLY' | 'MINUTELY';

export interface ParsedRule {
  readonly frequency: Frequency;
  readonly interval: number;
  /** The value of `RRULE`, with `UNTIL` in UTC. */
  readonly recurrence: string;
  /** `DTSTART`; null where it is left out. */
  readonly startsAt: Date | null;
  /** Whether hours are given and minutes are not: then the minute is 0. */
  readonly isOnTheHour: boolean;
}

const LONGEST_TEXT = 500;
const MAXIMUM_INTERVAL = 1_000;
/** The occurrences of a rule with COUNT are counted from its first one. */
const MAXIMUM_COUNT = 200;
const MINIMUM_GAP_MINUTES = 15;
const EXAMPLE = 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=7;BYMINUTE=0';

const WEEKDAY = '(?:MO|TU|WE|TH|FR|SA|SU)';
const PARTS: Readonly<Record<string, RegExp | readonly [minimum: number, maximum: number]>> = {
  FREQ: /^(?:YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY|MINUTELY|SECONDLY)$/,
  INTERVAL: /^\d{1,9}$/,
  COUNT: /^\d{1,9}$/,
  UNTIL: /^\d{8}(?:T\d{6}Z?)?$/,
  WKST: new RegExp(`^${WEEKDAY}$`),
  BYDAY: new RegExp(`^[+-]?\\d{0,2}${WEEKDAY}(?:,[+-]?\\d{0,2}${WEEKDAY})*$`),
  BYMONTH: [1, 12],
  BYMONTHDAY: [-31, 31],
  BYYEARDAY: [-366, 366],
  BYWEEKNO: [-53, 53],
  BYSETPOS: [-366, 366],
  BYHOUR: [0, 23],
  BYMINUTE: [0, 59],
  BYSECOND: [0, 59],
};

/** @throws UserFault INVALID_INPUT */
export function parseRule(text: string, timeZone: string): ParsedRule {
  if (text.length > LONGEST_TEXT) throw fault(`A rule has at most ${LONGEST_TEXT} characters`);
  const lines = text
    .trim()
    .toUpperCase()
    .split(/\s*[\r\n]+\s*/);
  const start = lines.length === 2 ? lines[0] : undefined;
  const rule = lines.at(-1)?.replace(/^RRULE:/, '') ?? '';
  if (lines.length > 2 || (start !== undefined && !start.startsWith('DTSTART'))) throw malformed();
  const parts = partsOf(rule);
  const frequency = frequencyOf(parts);
  const interval = numberOf(parts, 'INTERVAL', MAXIMUM_INTERVAL) ?? 1;
  numberOf(parts, 'COUNT', MAXIMUM_COUNT);
  requireCombination(parts, frequency);
  requireGap(parts, frequency, interval);
  const until = parts.get('UNTIL');
  if (until !== undefined) parts.set('UNTIL', untilInUtc(until, timeZone));
  return {
    ...{ frequency, interval, isOnTheHour: parts.has('BYHOUR') && !parts.has('BYMINUTE') },
    recurrence: [...parts].map(([name, value]) => `${name}=${value}`).join(';'),
    startsAt: start === undefined ? null : startOf(start, timeZone),
  };
}

function partsOf(rule: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of rule.replace(/;$/, '').split(';')) {
    const [, name = '', value = ''] = /^([A-Z]{3,10})=(.+)$/.exec(part) ?? [];
    const allowed = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (name === '' || parts.has(name)) throw malformed();
    if (allowed === undefined) throw fault(`A rule has no part ${name}`);
    const fits = allowed instanceof RegExp ? allowed.test(value) : areWithin(value, allowed);
    if (!fits) throw notOfRfc(name);
    parts.set(name, value);
  }
  return parts;
}

function areWithin(value: string, [minimum, maximum]: readonly [number, number]): boolean {
  return value.split(',').every((text) => {
    const number = Number(text);
    if (!/^[+-]?\d{1,3}$/.test(text) || number < minimum || number > maximum) return false;
    return number !== 0 || minimum === 0;
  });
}

function frequencyOf(parts: ReadonlyMap<string, string>): Frequency {
  const frequency = parts.get('FREQ');
  switch (frequency) {
    case 'YEARLY':
    case 'MONTHLY':
    case 'WEEKLY':
    case 'DAILY':
    case 'HOURLY':
    case 'MINUTELY':
      return frequency;
    case 'SECONDLY':
      throw tooOften();
    default:
      throw malformed();
  }
}

function numberOf(parts: ReadonlyMap<string, string>, name: string, maximum: number): number | null {
  const given = parts.get(name);
  if (given === undefined) return null;
  const number = Number(given);
  if (number < 1 || number > maximum) throw fault(`${name} of a rule is from 1 to ${maximum}`);
  return number;
}

/** What RFC 5545 says must not stand together (3.3.10). */
function requireCombination(parts: ReadonlyMap<string, string>, frequency: Frequency): void {
  if (parts.has('COUNT') && parts.has('UNTIL')) throw fault('A rule has COUNT or UNTIL, not both');
  const isOrdinal = /\d/.test(parts.get('BYDAY') ?? '');
  const isForbidden =
    (isOrdinal && frequency !== 'MONTHLY' && (frequency !== 'YEARLY' || parts.has('BYWEEKNO'))) ||
    (parts.has('BYWEEKNO') && frequency !== 'YEARLY') ||
    (parts.has('BYYEARDAY') && ['DAILY', 'WEEKLY', 'MONTHLY'].includes(frequency)) ||
    (parts.has('BYMONTHDAY') && frequency === 'WEEKLY') ||
    (parts.has('BYSETPOS') && ![...parts.keys()].some((name) => /^BY(?!SETPOS)/.test(name)));
  if (isForbidden) throw fault(`The parts of the rule do not go together with FREQ=${frequency}`);
}

/** By the times of a day, or of an hour, that the rule names, whatever its days. */
function requireGap(parts: ReadonlyMap<string, string>, frequency: Frequency, interval: number): void {
  const [hours, minutes, seconds] = ['BYHOUR', 'BYMINUTE', 'BYSECOND'].map((name) =>
    (parts.get(name) ?? '0').split(',').map(Number),
  );
  const gap = MINIMUM_GAP_MINUTES * 60;
  const [step, units] =
    frequency === 'MINUTELY'
      ? [interval * 60, times([0], [0], seconds)]
      : frequency === 'HOURLY'
        ? [3_600, times([0], minutes, seconds)]
        : [86_400, times(hours, minutes, seconds)];
  const sorted = [...new Set(units)].toSorted((one, other) => one - other);
  const first = sorted[0] ?? 0;
  const isTooOften = sorted.some((time, index) => (sorted[index + 1] ?? first + step) - time < gap);
  if (isTooOften) throw tooOften();
}

function times(hours: number[] = [], minutes: number[] = [], seconds: number[] = []): number[] {
  return hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => hour * 3_600 + minute * 60 + second)),
  );
}

/** A local time is one of the schedule's zone, and a day lasts until its end. */
function untilInUtc(until: string, timeZone: string): string {
  const moment = momentOf(until, timeZone, '235959');
  if (moment === null) throw notOfRfc('UNTIL');
  return moment.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
}

function startOf(line: string, timeZone: string): Date {
  const [, parameters = '', value = ''] = /^DTSTART((?:;[A-Z]+=[^;:]+)*):([\dTZ]+)$/.exec(line) ?? [];
  for (const parameter of parameters.split(';').slice(1)) {
    const [name, given = ''] = parameter.split('=');
    if (name === 'VALUE' && /^DATE(-TIME)?$/.test(given)) continue;
    if (name !== 'TZID') throw malformed();
    if (given !== timeZone.toUpperCase() && canonicalTimeZone(given.toLowerCase()) !== timeZone)
      throw fault('The time zone of DTSTART is that of the schedule');
  }
  const moment = momentOf(value, timeZone, '000000');
  if (moment === null) throw malformed();
  const year = moment.getUTCFullYear();
  if (year < 2000 || year > 2100) throw fault('DTSTART lies between the years 2000 and 2100');
  return moment;
}

/** Null for what is no moment. A local time that is skipped is as much later as the clocks skip. */
function momentOf(text: string, timeZone: string, timeOfDay: string): Date | null {
  const [, year, month, day, clock = `T${timeOfDay}`, utc] =
    /^(\d{4})(\d{2})(\d{2})(T\d{6})?(Z)?$/.exec(text) ?? [];
  const time = clock.slice(1).replace(/(\d{2})(?=\d)/g, '$1:');
  try {
    const local = Temporal.PlainDateTime.from(`${year}-${month}-${day}T${time}`, { overflow: 'reject' });
    return new Date(local.toZonedDateTime(utc === undefined ? timeZone : 'UTC').epochMilliseconds);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function fault(message: string): UserFault {
  return UserFault.of('INVALID_INPUT', message, ['rule']);
}

function notOfRfc(part: string): UserFault {
  return fault(`${part} of the rule is not what RFC 5545 says`);
}

function malformed(): UserFault {
  return fault(`A rule is a recurrence rule of RFC 5545, such as ${EXAMPLE}`);
}

function tooOften(): UserFault {
  return fault(`A schedule falls due every ${MINIMUM_GAP_MINUTES} minutes at most`);
}
