/** When schedules fall due: daylight saving, days that do not exist, rules that are refused, and what was missed. */
import { describe, expect, it } from 'vitest';
import { UserFault } from '../../../../platform/errors.js';
import { dueRuns, MAXIMUM_MISSED } from './due-runs.js';
import { beginRecurrence, recurrenceOf } from './recurrence.js';
import { reportedDays } from './reported-days.js';

const NOW = new Date('2026-11-30T03:20:41.500Z');

/** The first due times of a rule that begins then. */
function due(rule: string, { timeZone = 'Asia/Jakarta', at = NOW, count = 4 } = {}): string[] {
  const { recurrence, next } = beginRecurrence({ rule, timeZone }, at);
  const times: Date[] = [next];
  while (times.length < count) {
    const time = recurrence.next(times.at(-1) ?? at);
    if (time === null) break;
    times.push(time);
  }
  return times.map((time) => time.toISOString().replace(':00.000Z', 'Z'));
}

function refusalOf(rule: string, timeZone = 'Asia/Jakarta'): string {
  try {
    beginRecurrence({ rule, timeZone }, NOW);
  } catch (error) {
    if (!(error instanceof UserFault)) throw error;
    expect(error.userErrors).toMatchObject([{ code: 'INVALID_INPUT', field: ['rule'] }]);
    return error.message;
  }
  return 'accepted';
}

describe('a rule', () => {
  it('falls due by the clocks of its time zone', () => {
    expect(due('FREQ=WEEKLY;BYDAY=MO;BYHOUR=7;BYMINUTE=0', { count: 2 })).toEqual([
      '2026-12-07T00:00Z',
      '2026-12-14T00:00Z',
    ]);
  });

  it('takes what it leaves out from when it begins: the next minute, or the full hour where it names hours alone', () => {
    expect(due('RRULE:FREQ=DAILY;COUNT=2')).toEqual(['2026-11-30T03:21Z', '2026-12-01T03:21Z']);
    expect(due('FREQ=DAILY;BYHOUR=10,18;COUNT=2')).toEqual(['2026-11-30T11:00Z', '2026-12-01T03:00Z']);
    expect(due('freq=daily;byhour=9', { timeZone: 'Asia/Kathmandu', count: 1 })).toEqual([
      '2026-12-01T03:15Z',
    ]);
  });

  it('begins where DTSTART says: local, by its zone, in UTC, or on a day', () => {
    const rule = 'RRULE:FREQ=DAILY;INTERVAL=2;COUNT=2';
    for (const start of ['20261202T070000', ';TZID=Asia/Jakarta:20261202T070000', '20261202T000000Z'])
      expect(due(`DTSTART${start.startsWith(';') ? start : `:${start}`}\n${rule}`)).toEqual([
        '2026-12-02T00:00Z',
        '2026-12-04T00:00Z',
      ]);
    expect(due(`DTSTART;VALUE=DATE:20261202\r\n${rule}`)).toEqual(['2026-12-01T17:00Z', '2026-12-03T17:00Z']);
  });

  it('ends with UNTIL, which is local, in UTC, or a whole day', () => {
    for (const until of ['20261202', '20261202T070000', '20261202T000000Z'])
      expect(due(`FREQ=DAILY;BYHOUR=7;UNTIL=${until}`)).toEqual(['2026-12-01T00:00Z', '2026-12-02T00:00Z']);
  });
});

describe('daylight saving', () => {
  const timeZone = 'America/New_York';

  it('does not shift a time of day', () => {
    const at = new Date('2026-03-07T00:00:00Z');
    expect(due('FREQ=DAILY;BYHOUR=7', { timeZone, at, count: 3 })).toEqual([
      '2026-03-07T12:00Z',
      '2026-03-08T11:00Z',
      '2026-03-09T11:00Z',
    ]);
  });

  it('leaves out a time that the clocks skip, and takes the first of one that they show twice', () => {
    const spring = new Date('2026-03-07T00:00:00Z');
    expect(due('FREQ=DAILY;BYHOUR=2;BYMINUTE=30', { timeZone, at: spring, count: 3 })).toEqual([
      '2026-03-07T07:30Z',
      '2026-03-09T06:30Z',
      '2026-03-10T06:30Z',
    ]);
    const autumn = new Date('2026-10-31T12:00:00Z');
    expect(due('FREQ=DAILY;BYHOUR=1;BYMINUTE=30', { timeZone, at: autumn, count: 2 })).toEqual([
      '2026-11-01T05:30Z',
      '2026-11-02T06:30Z',
    ]);
  });

  it('leaves out the day that Apia skipped, and follows its summer time', () => {
    const zone = { timeZone: 'Pacific/Apia', count: 3 };
    expect(due('FREQ=DAILY;BYHOUR=7', { ...zone, at: new Date('2011-12-29T00:00:00Z') })).toEqual([
      '2011-12-29T17:00Z',
      '2011-12-30T17:00Z',
      '2011-12-31T17:00Z',
    ]);
    expect(due('FREQ=DAILY;BYHOUR=7', { ...zone, at: new Date('2012-03-30T00:00:00Z') })).toEqual([
      '2012-03-30T17:00Z',
      '2012-03-31T18:00Z',
      '2012-04-01T18:00Z',
    ]);
  });
});

describe('a day that not every month or year has', () => {
  const timeZone = 'UTC';

  it('does not occur in the others, however often that was', () => {
    const days = due('FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=7', { timeZone, count: 5 });
    expect(days.map((day) => day.slice(0, 10))).toEqual([
      ...['2026-12-31', '2027-01-31', '2027-03-31', '2027-05-31', '2027-07-31'],
    ]);
    const leap = due('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=7', { timeZone, count: 2 });
    expect(leap).toEqual(['2028-02-29T07:00Z', '2032-02-29T07:00Z']);
  });

  it('is the last one there is where the rule says so', () => {
    for (const days of ['BYMONTHDAY=-1', 'BYMONTHDAY=28,29,30,31;BYSETPOS=-1'])
      expect(due(`FREQ=MONTHLY;${days};BYHOUR=7`, { timeZone }).map((day) => day.slice(0, 10))).toEqual([
        ...['2026-11-30', '2026-12-31', '2027-01-31', '2027-02-28'],
      ]);
  });
});

describe('a rule is refused', () => {
  it.each([
    'FREQ=SECONDLY',
    'FREQ=MINUTELY',
    'FREQ=MINUTELY;INTERVAL=14',
    'FREQ=MINUTELY;INTERVAL=15;BYSECOND=0,30',
    'FREQ=HOURLY;BYMINUTE=0,50',
    'FREQ=DAILY;BYHOUR=7;BYMINUTE=0,14',
    'FREQ=YEARLY;BYHOUR=0,23;BYMINUTE=0,55',
  ])('that falls due too often: %s', (rule) => {
    expect(refusalOf(rule)).toBe('A schedule falls due every 15 minutes at most');
  });

  it.each([
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=MINUTELY;INTERVAL=15;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=HOURLY;INTERVAL=24;BYHOUR=5',
    'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300',
    'FREQ=YEARLY;INTERVAL=1000;BYMONTH=2;BYMONTHDAY=29',
    'FREQ=DAILY;UNTIL=20201231T000000Z',
    'DTSTART:20200101T070000\nFREQ=DAILY;COUNT=3',
  ])('that never falls due: %s', (rule) => {
    expect(refusalOf(rule)).toBe('The rule never falls due');
  });

  it.each([
    ...['', 'every Monday', 'FREQ=OFTEN', 'FREQ=DAILY;FREQ=DAILY', 'BYHOUR=7', 'FREQ=DAILY;BYHOUR=24'],
    ...[
      'FREQ=DAILY;INTERVAL=0',
      'FREQ=DAILY;COUNT=201',
      'FREQ=DAILY;INTERVAL=99999999',
      'FREQ=DAILY;COUNT=1;UNTIL=20301231',
    ],
    ...[
      'FREQ=DAILY;BYDAY=1MO',
      'FREQ=WEEKLY;BYMONTHDAY=1',
      'FREQ=MONTHLY;BYWEEKNO=1',
      'FREQ=MONTHLY;BYYEARDAY=1',
    ],
    ...[
      'FREQ=DAILY;BYSETPOS=1',
      'FREQ=DAILY;SKIP=BACKWARD',
      'FREQ=MONTHLY;BYMONTHDAY=0',
      'FREQ=DAILY;UNTIL=20261331',
    ],
    ...[
      'FREQ=DAILY\nEXDATE:20261201T070000',
      'DTSTART:20261332T070000\nFREQ=DAILY',
      'DTSTART:19990101\nFREQ=DAILY',
    ],
    ...['DTSTART;TZID=Asia/Tokyo:20261202T070000\nFREQ=DAILY', `FREQ=DAILY;BYHOUR=${'7,'.repeat(300)}7`],
  ])('that RFC 5545 does not have: %s', (rule) => {
    expect(refusalOf(rule)).not.toMatch(/^(accepted|The rule never falls due|A schedule falls due)/);
  });
});

describe('due times that were missed', () => {
  const schedule = { rule: 'FREQ=DAILY;BYHOUR=7', timeZone: 'UTC', anchor: new Date('2026-01-01T00:00:00Z') };
  const recurrence = recurrenceOf(schedule);
  const since = new Date('2026-11-27T07:00:00Z');
  const days = (times: readonly Date[]) => times.map((time) => time.toISOString().slice(8, 13));

  it('are all run, the latest is run, or none is, and what is on time is run in any case', () => {
    const now = new Date('2026-11-30T07:04:00Z');
    const [all, once, skip] = (['ALL', 'ONCE', 'SKIP'] as const).map((missed) =>
      dueRuns(recurrence, missed, { since, now }),
    );
    expect(all).toMatchObject({ next: new Date('2026-12-01T07:00:00Z'), skipped: [] });
    expect(days(all?.due ?? [])).toEqual(['27T07', '28T07', '29T07', '30T07']);
    expect(days(once?.due ?? [])).toEqual(['29T07', '30T07']);
    expect(days(skip?.due ?? [])).toEqual(['30T07']);
    expect(days(skip?.skipped ?? [])).toEqual(['27T07', '28T07', '29T07']);
  });

  it('are bounded: the latest count', () => {
    const now = new Date('2030-11-30T08:00:00Z');
    const { due: late, next } = dueRuns(recurrence, 'ALL', { since, now });
    expect(late).toHaveLength(MAXIMUM_MISSED);
    expect(late.at(-1)).toEqual(new Date('2030-11-30T07:00:00Z'));
    expect(next).toEqual(new Date('2030-12-01T07:00:00Z'));
  });
});

it.each([
  ['FREQ=DAILY', '2026-11-29', '2026-11-29'],
  ['FREQ=DAILY;INTERVAL=7', '2026-11-23', '2026-11-29'],
  ['FREQ=WEEKLY', '2026-11-23', '2026-11-29'],
  ['FREQ=MONTHLY', '2026-10-01', '2026-10-31'],
  ['FREQ=MONTHLY;INTERVAL=3', '2026-08-01', '2026-10-31'],
  ['FREQ=YEARLY', '2025-01-01', '2025-12-31'],
  ['FREQ=YEARLY;INTERVAL=5', '2023-01-01', '2025-12-31'],
  ['FREQ=HOURLY', '2026-11-30', '2026-11-30'],
])('%s on Monday 30 November 2026 reports %s to %s', (rule, from, to) => {
  const { recurrence } = beginRecurrence({ rule, timeZone: 'Asia/Jakarta' }, NOW);
  // Sunday evening in UTC.
  const dueAt = new Date('2026-11-29T23:00:00Z');
  expect(reportedDays(recurrence, dueAt, 'Asia/Jakarta')).toEqual({ from, to });
});
