import { describe, expect, test } from 'vitest';
import { calendarDay } from './calendar.js';
import {
  ALWAYS_OPEN,
  type OpeningHours,
  OpeningTimes,
  type OutletTimes,
  WEEKDAYS,
  type WeeklyOpening,
} from './opening-hours.js';

const daily = (opensAt: string, closesAt: string): WeeklyOpening[] =>
  WEEKDAYS.map((weekday) => ({ weekday, opensAt, closesAt }));

function times(openingHours: Partial<OpeningHours>, rest: Partial<OutletTimes> = {}): OpeningTimes {
  return new OpeningTimes({
    ...{ status: 'OPEN', pausedUntil: null, timeZone: 'Asia/Jakarta' },
    ...{ openingHours: { ...ALWAYS_OPEN, ...openingHours }, ...rest },
  });
}

const isOpen = (outlet: OpeningTimes, moment: string) => outlet.isOpenAt(new Date(moment));
const opens = (outlet: OpeningTimes, moment: string) =>
  outlet.firstOpenFrom(new Date(moment))?.toISOString() ?? null;

test('an outlet without opening hours is open all day, every day', () => {
  const outlet = times({});
  expect(isOpen(outlet, '2026-11-28T20:00:00Z')).toBe(true);
  expect(opens(outlet, '2026-11-28T20:00:00Z')).toBe('2026-11-28T20:00:00.000Z');
});

describe('opening hours', () => {
  test.each([
    ['Asia/Jakarta', '2026-11-28T01:00:00.000Z', '2026-11-28T15:00:00.000Z'],
    ['Asia/Makassar', '2026-11-28T00:00:00.000Z', '2026-11-28T14:00:00.000Z'],
    ['Asia/Jayapura', '2026-11-27T23:00:00.000Z', '2026-11-28T13:00:00.000Z'],
  ])('are those of the clocks in %s: the first moment is within, the last is not', (timeZone, from, to) => {
    const outlet = times({ weekly: daily('08:00', '22:00') }, { timeZone });
    const justBefore = (moment: string) => new Date(Date.parse(moment) - 1).toISOString();
    expect([justBefore(from), from, justBefore(to), to].map((moment) => isOpen(outlet, moment))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(opens(outlet, justBefore(from))).toBe(from);
  });

  test('may have a break, and be different on each weekday', () => {
    const weekly: WeeklyOpening[] = [
      { weekday: 'SATURDAY', opensAt: '17:00', closesAt: '24:00' },
      { weekday: 'SATURDAY', opensAt: '08:00', closesAt: '12:00' },
      { weekday: 'MONDAY', opensAt: '10:00', closesAt: '18:00' },
    ];
    const outlet = times({ weekly });
    // A Saturday, 13:00 in Jakarta.
    expect(opens(outlet, '2026-11-28T06:00:00Z')).toBe('2026-11-28T10:00:00.000Z');
    expect(isOpen(outlet, '2026-11-28T16:59:59.999Z')).toBe(true);
    expect(opens(outlet, '2026-11-28T17:00:00Z')).toBe('2026-11-30T03:00:00.000Z');
  });

  test('that end before they begin end on the next day, also in the week after', () => {
    const outlet = times({ weekly: [{ weekday: 'SUNDAY', opensAt: '20:00', closesAt: '02:00' }] });
    // Monday, 01:59 and 02:00 in Jakarta.
    expect(isOpen(outlet, '2026-11-29T18:59:00Z')).toBe(true);
    expect(opens(outlet, '2026-11-29T19:00:00Z')).toBe('2026-12-06T13:00:00.000Z');
  });

  test('that meet are one', () => {
    const outlet = times({ weekly: [...daily('06:00', '00:00'), ...daily('00:00', '06:00')] });
    for (let hour = 0; hour < 48; hour += 1) {
      expect(outlet.isOpenAt(new Date(Date.UTC(2026, 10, 28, hour)))).toBe(true);
    }
  });

  test('from a time to the same time are 24 hours', () => {
    const outlet = times({ weekly: [{ weekday: 'SATURDAY', opensAt: '09:00', closesAt: '09:00' }] });
    expect(isOpen(outlet, '2026-11-29T01:59:59Z')).toBe(true);
    expect(isOpen(outlet, '2026-11-29T02:00:00Z')).toBe(false);
  });

  test('answer in any order of asking as if asked for the first time', () => {
    const weekly = [...daily('08:00', '11:00'), ...daily('22:00', '03:00')];
    const outlet = times({ weekly });
    const hours = Array.from({ length: 24 * 9 }, (_, hour) => new Date(Date.UTC(2026, 10, 20, hour, 30)));
    const shuffled = hours.toSorted(
      (one, other) => ((one.getTime() * 7919) % 1009) - ((other.getTime() * 7919) % 1009),
    );
    for (const moment of shuffled) {
      const afresh = times({ weekly });
      expect(outlet.isOpenAt(moment)).toBe(afresh.isOpenAt(moment));
      expect(outlet.firstOpenFrom(moment)).toEqual(afresh.firstOpenFrom(moment));
    }
  });
});

describe('an exception', () => {
  const weekly = daily('20:00', '02:00');

  test('stands in place of what begins on its date, not of what began the day before', () => {
    const outlet = times({ weekly, exceptions: [{ date: calendarDay('2026-12-25'), openings: [] }] });
    expect(isOpen(outlet, '2026-12-24T18:00:00Z')).toBe(true);
    expect(opens(outlet, '2026-12-24T19:00:00Z')).toBe('2026-12-26T13:00:00.000Z');
  });

  test('may open at other times', () => {
    const openings = [{ opensAt: '10:00', closesAt: '11:00' }];
    const outlet = times({ weekly, exceptions: [{ date: calendarDay('2026-12-25'), openings }] });
    expect(opens(outlet, '2026-12-24T20:00:00Z')).toBe('2026-12-25T03:00:00.000Z');
    expect(isOpen(outlet, '2026-12-25T13:30:00Z')).toBe(false);
  });

  test('closes for a day an outlet that is else always open', () => {
    const outlet = times({ exceptions: [{ date: calendarDay('2026-12-25'), openings: [] }] });
    expect(isOpen(outlet, '2026-12-24T16:59:59.999Z')).toBe(true);
    expect(opens(outlet, '2026-12-24T17:00:00Z')).toBe('2026-12-25T17:00:00.000Z');
  });
});

describe('where the clocks change', () => {
  const timeZone = 'Europe/Berlin';
  const sundays = (opensAt: string, closesAt: string) =>
    times({ weekly: [{ weekday: 'SUNDAY', opensAt, closesAt }] }, { timeZone });

  test('a day of 23 or of 25 hours opens and closes by the clocks', () => {
    const spring = times({ weekly: daily('01:00', '04:00') }, { timeZone });
    expect(opens(spring, '2027-03-27T12:00:00Z')).toBe('2027-03-28T00:00:00.000Z');
    expect(isOpen(spring, '2027-03-28T01:59:59Z')).toBe(true);
    expect(isOpen(spring, '2027-03-28T02:00:00Z')).toBe(false);
    const autumn = times({ weekly: daily('01:00', '04:00') }, { timeZone });
    expect(opens(autumn, '2026-10-24T12:00:00Z')).toBe('2026-10-24T23:00:00.000Z');
    expect(isOpen(autumn, '2026-10-25T02:59:59Z')).toBe(true);
    expect(isOpen(autumn, '2026-10-25T03:00:00Z')).toBe(false);
  });

  test('a time that is skipped is as much later, and one that comes twice is the first', () => {
    expect(opens(sundays('02:30', '05:00'), '2027-03-27T12:00:00Z')).toBe('2027-03-28T01:30:00.000Z');
    expect(opens(sundays('02:30', '05:00'), '2026-10-24T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
  });

  test('an opening of no time is none', () => {
    expect(opens(sundays('02:30', '03:15'), '2027-03-27T12:00:00Z')).toBe('2027-04-04T00:30:00.000Z');
  });

  test('all day is all day', () => {
    const outlet = times({ weekly: daily('00:00', '24:00') }, { timeZone });
    for (let hour = 0; hour < 72; hour += 1) {
      expect(outlet.isOpenAt(new Date(Date.UTC(2026, 9, 24, hour)))).toBe(true);
    }
  });
});

describe('a status', () => {
  const weekly = daily('08:00', '22:00');
  const noon = '2026-11-28T05:00:00Z';

  test.each(['DRAFT', 'CLOSED'] as const)('of %s is never open', (status) => {
    expect(isOpen(times({ weekly }, { status }), noon)).toBe(false);
    expect(opens(times({ weekly }, { status }), noon)).toBeNull();
  });

  test('of PAUSED ends at its time, or when the outlet opens after it', () => {
    const pause = (until: string) => times({ weekly }, { status: 'PAUSED', pausedUntil: new Date(until) });
    expect(isOpen(pause('2026-11-28T06:00:00Z'), noon)).toBe(false);
    expect(opens(pause('2026-11-28T06:00:00Z'), noon)).toBe('2026-11-28T06:00:00.000Z');
    expect(isOpen(pause('2026-11-28T06:00:00Z'), '2026-11-28T06:00:00Z')).toBe(true);
    expect(opens(pause('2026-11-28T16:00:00Z'), noon)).toBe('2026-11-29T01:00:00.000Z');
  });

  test('of PAUSED without a time says no time', () => {
    const outlet = times({ weekly }, { status: 'PAUSED' });
    expect(isOpen(outlet, noon)).toBe(false);
    expect(opens(outlet, noon)).toBeNull();
  });
});

test('an outlet that is closed on every date that is known says no time', () => {
  const exceptions = Array.from({ length: 400 }, (_, days) => ({
    date: calendarDay(new Date(Date.UTC(2026, 10, 27 + days)).toISOString().slice(0, 10)),
    openings: [],
  }));
  expect(opens(times({ exceptions }), '2026-11-28T05:00:00Z')).toBeNull();
});
