import { expect, it } from 'vitest';
import { dayIn, daysBetween } from './calendar.js';

it("takes an instant's day from the outlet's time zone", () => {
  const evening = new Date('2026-11-20T16:30:00Z');
  expect(dayIn('Asia/Jakarta', evening)).toBe('2026-11-20');
  expect(dayIn('Asia/Makassar', evening)).toBe('2026-11-21');
  expect(dayIn('Nowhere/Land', evening)).toBe('2026-11-20');
});

it('counts days across months and leap years', () => {
  expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
  expect(daysBetween('2026-11-20', '2026-11-20')).toBe(0);
  expect(daysBetween('2026-11-20', '2026-11-19')).toBe(-1);
});
