import { expect, test } from 'vitest';
import { calendarDay } from '../../../../platform/kit/calendar.js';
import { travelling } from './batches.js';

const [soon, late] = [calendarDay('2026-12-01'), calendarDay('2026-12-09')];
const left = [
  { quantity: 5, bestBefore: late },
  { quantity: 3, bestBefore: soon },
];

test('what expires first goes first', () => {
  expect(travelling(left, 2)).toEqual([{ quantity: 2, bestBefore: soon }]);
  expect(travelling(left, 7)).toEqual([
    { quantity: 3, bestBefore: soon },
    { quantity: 4, bestBefore: late },
  ]);
});

test('what is more than that has no day', () => {
  expect(travelling(left, 10).at(-1)).toEqual({ quantity: 2, bestBefore: null });
  expect(travelling([], 4)).toEqual([{ quantity: 4, bestBefore: null }]);
  expect(travelling([{ quantity: 2, bestBefore: null }], 4)).toEqual([{ quantity: 4, bestBefore: null }]);
});
