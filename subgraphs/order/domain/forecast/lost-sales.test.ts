import { expect, it } from 'vitest';
import { calendarDay } from '../../../../platform/kit/calendar.js';
import { kindOf } from './calendar.js';
import { type DemandOfDay, lostOn } from './lost-sales.js';
import { soldOutMinutes } from './sold-out.js';

const at = (time: string) => new Date(`2026-11-20T${time}Z`);
const [START, END] = [at('00:00:00'), new Date('2026-11-21T00:00:00Z')];

it('counts minutes by hour, those of overlapping spans once', () => {
  const minutes = soldOutMinutes(
    [
      { from: at('10:30:00'), to: at('12:15:00') },
      { from: at('11:00:00'), to: at('11:20:00') },
      { from: at('12:10:00'), to: at('12:20:00') },
      { from: new Date('2026-11-19T20:00:00Z'), to: at('00:10:00') },
      { from: at('23:45:00'), to: new Date('2026-11-22T00:00:00Z') },
    ],
    START,
    END,
  );
  expect(minutes).toHaveLength(24);
  expect([minutes[0], minutes[10], minutes[11], minutes[12], minutes[13], minutes[23]]).toEqual([
    10, 30, 60, 20, 0, 15,
  ]);
});

it('loses what the hour usually sells while the item is there, by the share of the hour', () => {
  const hours = (values: Record<number, number>) =>
    Array.from({ length: 24 }, (_, hour) => values[hour] ?? 0);
  const day = (units: number, minutes: number): DemandOfDay => ({
    ...{ units: hours({ 18: units }), soldOutMinutes: hours({ 18: minutes }) },
  });
  // Half an hour of a week ago sold 3, a whole hour of two weeks ago 6, and the outlet was closed three weeks ago.
  const days = new Map([
    [0, day(1, 20)],
    [7, day(3, 30)],
    [14, day(6, 0)],
  ]);
  expect(lostOn((before) => days.get(before) ?? null)).toEqual({ soldOutMinutes: 20, units: 2 });
});

it('knows Ramadan, the feasts and the fixed holidays', () => {
  const kinds = ['2026-03-01', '2026-03-20', '2026-08-17', '2026-11-20'].map((day) =>
    kindOf(calendarDay(day)),
  );
  expect(kinds).toEqual(['RAMADAN', 'EID_AL_FITR', 'PUBLIC_HOLIDAY', null]);
});
