import { expect, test } from 'vitest';
import { calendarDay } from '../../../../platform/kit/calendar.js';
import { expectedDay } from './expected-delivery.js';

const FRIDAY = calendarDay('2026-11-27');

test('goods come after the lead time, on a day on which the supplier delivers', () => {
  expect(expectedDay(FRIDAY, { leadTimeDays: 2, deliveryWeekdays: ['TUESDAY', 'FRIDAY'] })).toBe(
    '2026-12-01',
  );
  expect(expectedDay(FRIDAY, { leadTimeDays: 7, deliveryWeekdays: ['TUESDAY', 'FRIDAY'] })).toBe(
    '2026-12-04',
  );
});

test('a supplier without delivery days delivers on every day, and without a lead time at once', () => {
  expect(expectedDay(FRIDAY, { leadTimeDays: 3, deliveryWeekdays: [] })).toBe('2026-11-30');
  expect(expectedDay(FRIDAY, { leadTimeDays: 0, deliveryWeekdays: [] })).toBe(FRIDAY);
  expect(expectedDay(FRIDAY, { leadTimeDays: 0, deliveryWeekdays: ['THURSDAY'] })).toBe('2026-12-03');
});
