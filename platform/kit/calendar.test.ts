import { expect, test } from 'vitest';
import {
  addDays,
  calendarDay,
  canonicalTimeZone,
  dateOfDay,
  dayIn,
  dayOfDate,
  daysBetween,
  endOfDay,
  isTimeZone,
  parseCalendarDay,
  reportPeriod,
  startOfDay,
} from './calendar.js';

test.each([
  ['2026-11-28', '2026-11-28'],
  [' 2026-11-28 ', '2026-11-28'],
  ['2026-11-28T00:00:00+07:00', '2026-11-28'],
  ['2026-11-28T23:59:59.999-11:00', '2026-11-28'],
  ['2026-11-28T00:00:00Z', '2026-11-28'],
  ['2026-11-28t10:00z', '2026-11-28'],
  ['2026-11-28 10:00:00+0700', '2026-11-28'],
  ['2028-02-29', '2028-02-29'],
])('%j is the day written in it', (text, day) => {
  expect(parseCalendarDay(text)).toBe(day);
});

test.each([
  '2026-02-29',
  '2026-13-01',
  '2026-11-31T00:00:00Z',
  '2026-11-28T00:00:00',
  '2026-11-28T25:00:00Z',
  '2026-11-28T10:00:00+99:00',
  '28.11.2026',
  '2026-11-8',
  '',
])('%j is no day', (text) => {
  expect(parseCalendarDay(text)).toBeUndefined();
});

test('a moment lies on different days in different zones', () => {
  const moment = new Date('2026-11-28T20:00:00Z');
  expect(dayIn('Asia/Jakarta', moment)).toBe('2026-11-29');
  expect(dayIn('America/Los_Angeles', moment)).toBe('2026-11-28');
  expect(dayIn('UTC', moment)).toBe('2026-11-28');
});

test('a zone that this system does not know counts as UTC', () => {
  expect(dayIn('Mars/Olympus', new Date('2026-11-28T23:30:00Z'))).toBe('2026-11-28');
});

test.each([
  ['2026-11-28', 'Asia/Jakarta', '2026-11-27T17:00:00.000Z'],
  ['2026-11-28', 'America/Los_Angeles', '2026-11-28T08:00:00.000Z'],
  ['2026-11-28', 'Pacific/Kiritimati', '2026-11-27T10:00:00.000Z'],
  ['2026-11-28', 'Pacific/Pago_Pago', '2026-11-28T11:00:00.000Z'],
  ['2026-11-28', 'Asia/Kathmandu', '2026-11-27T18:15:00.000Z'],
  // The clocks went from midnight to one.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
])('%s begins in %s at %s', (day, timeZone, start) => {
  expect(startOfDay(calendarDay(day), timeZone).toISOString()).toBe(start);
});

test('a day is as long as its clocks make it', () => {
  const hours = (text: string) => {
    const day = calendarDay(text);
    const [start, end] = [startOfDay(day, 'Europe/Berlin'), endOfDay(day, 'Europe/Berlin')];
    return (end.getTime() - start.getTime()) / 3_600_000;
  };
  expect(['2026-03-28', '2026-03-29', '2026-10-25'].map(hours)).toEqual([24, 23, 25]);
});

test('days are counted over the ends of months and years', () => {
  expect(addDays(calendarDay('2026-12-31'), 1)).toBe('2027-01-01');
  expect(addDays(calendarDay('2028-03-01'), -1)).toBe('2028-02-29');
  expect(daysBetween(calendarDay('2026-02-27'), calendarDay('2026-03-02'))).toBe(3);
  expect(daysBetween(calendarDay('2026-03-02'), calendarDay('2026-02-27'))).toBe(-3);
});

test('a day survives its way through a date column', () => {
  const day = calendarDay('2026-11-28');
  expect(dateOfDay(day).toISOString()).toBe('2026-11-28T00:00:00.000Z');
  expect(dayOfDate(dateOfDay(day))).toBe(day);
});

test.each([
  'Asia/Jakarta',
  'America/Los_Angeles',
  'America/Port-au-Prince',
  'America/Argentina/Buenos_Aires',
  'Etc/GMT+7',
  'UTC',
])('%s is a time zone', (name) => {
  expect(isTimeZone(name)).toBe(true);
});

test.each(['+07:00', 'WIB', 'GMT+7', 'Asia/Atlantis', 'Asia', '', 'Asia/Jakarta '])(
  '%j is no time zone',
  (name) => {
    expect(isTimeZone(name)).toBe(false);
  },
);

test.each([
  ['asia/jakarta', 'Asia/Jakarta'],
  ['AMERICA/LOS_ANGELES', 'America/Los_Angeles'],
  ['utc', 'UTC'],
  ['Asia/Kolkata', 'Asia/Kolkata'],
  ['asia/kolkata', 'Asia/Kolkata'],
  ['America/Port_of_Spain', 'America/Port_of_Spain'],
])('%s is spelt %s', (name, canonical) => {
  expect(canonicalTimeZone(name)).toBe(canonical);
});

test.each([
  ['one day', '2026-11-20', '2026-11-20'],
  ['three years, a leap day among them', '2023-03-01', '2026-03-01'],
  ['timestamps, by the days written in them', '2026-11-20T00:00:00+07:00', '2026-11-21T23:59:59+07:00'],
])('a report covers %s', (_what, from, to) => {
  expect(reportPeriod({ from, to })).toEqual({ from: from.slice(0, 10), to: to.slice(0, 10) });
});

test.each([
  ['days that go back', '2026-11-20', '2026-11-19'],
  ['more than three years', '2023-11-19', '2026-11-21'],
  ['a day before the calendar', '0000-01-01', '0000-01-02'],
  ['a day that does not exist', '2026-02-29', '2026-03-01'],
])('a report does not cover %s', (_what, from, to) => {
  expect(() => reportPeriod({ from, to })).toThrow(
    expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }),
  );
});
