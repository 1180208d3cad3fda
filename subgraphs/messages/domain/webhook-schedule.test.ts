import { expect, it } from 'vitest';
import { MAXIMUM_ATTEMPTS, pauseBeforeRetry } from './webhook-schedule.js';

const pauses = Array.from(
  { length: MAXIMUM_ATTEMPTS - 1 },
  (_, index) => pauseBeforeRetry(index + 1, null, 0) ?? 0,
);

it('begins with 2 s, 15 s and 1 min, is ever longer, and takes three days', () => {
  expect(pauses.slice(0, 3)).toEqual([2, 15, 60]);
  expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
  expect(new Set(pauses).size).toBe(pauses.length);
  const days = pauses.reduce((sum, pause) => sum + pause, 0) / 86_400;
  expect(days).toBeGreaterThan(2.9);
  expect(days).toBeLessThan(3.1);
  expect(pauseBeforeRetry(MAXIMUM_ATTEMPTS, null)).toBeNull();
});

it('is spread, and never shorter than it says', () => {
  for (const random of [0, 0.3, 1]) {
    const pause = pauseBeforeRetry(3, null, random) ?? 0;
    expect(pause).toBeGreaterThanOrEqual(60);
    expect(pause).toBeLessThanOrEqual(66);
  }
});

it('is as long as the receiver asks for, up to six hours, and never shorter for it', () => {
  expect(pauseBeforeRetry(1, 30, 0)).toBe(30);
  expect(pauseBeforeRetry(3, 30, 0)).toBe(60);
  expect(pauseBeforeRetry(1, 1_000_000, 0)).toBe(21_600);
});
