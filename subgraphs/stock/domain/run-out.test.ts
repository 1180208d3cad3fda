import { expect, test } from 'vitest';
import { hourOfWeek, usedUpAt } from './run-out.js';

const HOUR = 3_600_000;
const NOW = new Date('2026-11-25T05:20:00Z');
const hoursLater = (hours: number) => new Date(NOW.getTime() + hours * HOUR);
const usual = (perHour: (hour: number) => number) => Array.from({ length: 168 }, (_, hour) => perHour(hour));

test('by present use alone, what is there goes at its rate', () => {
  expect(usedUpAt(250, { presentPerHour: 100, usual: null }, NOW)).toEqual(hoursLater(2.5));
});

test('without use it does not run out, nor beyond a week', () => {
  expect(usedUpAt(1, { presentPerHour: 0, usual: null }, NOW)).toBeNull();
  expect(usedUpAt(167, { presentPerHour: 1, usual: null }, NOW)).toEqual(hoursLater(167));
  expect(usedUpAt(169, { presentPerHour: 1, usual: null }, NOW)).toBeNull();
});

test('on a usual day the hours of the week decide: nothing is used while the outlet is closed', () => {
  const now = new Date('2026-11-25T14:00:00Z');
  // Open from 02 to 15 UTC on every day.
  const isOpen = (hour: number) => hour % 24 >= 2 && hour % 24 < 15;
  const use = { presentPerHour: 100, usual: usual((hour) => (isOpen(hour) ? 100 : 0)) };
  expect(usedUpAt(100, use, now)).toEqual(new Date('2026-11-25T15:00:00Z'));
  expect(usedUpAt(150, use, now)).toEqual(new Date('2026-11-26T02:30:00Z'));
});

test('a constant past and the same present give the constant rate', () => {
  const moment = usedUpAt(1_000, { presentPerHour: 50, usual: usual(() => 50) }, NOW);
  expect(moment?.getTime()).toBeCloseTo(hoursLater(20).getTime(), -1);
});

test('a busy day is busier in the next hours, and less so the later', () => {
  const busy = { presentPerHour: 100, usual: usual(() => 50) };
  const [soon, late] = [usedUpAt(100, busy, NOW), usedUpAt(2_000, busy, NOW)];
  expect(soon?.getTime()).toBeGreaterThan(hoursLater(1).getTime());
  expect(soon?.getTime()).toBeLessThan(hoursLater(1.5).getTime());
  expect(late?.getTime()).toBeGreaterThan(hoursLater(30).getTime());
});

test('use at an hour that never had any counts for the next hours', () => {
  const hour = hourOfWeek(NOW.getTime());
  const quiet = usual((each) => (each === (hour + 24) % 168 ? 500 : 0));
  expect(usedUpAt(50, { presentPerHour: 100, usual: quiet }, NOW)?.getTime()).toBeLessThan(
    hoursLater(1).getTime(),
  );
});
