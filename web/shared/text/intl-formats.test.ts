import { expect, it } from 'vitest';
import { calendarDay, dateFormat, numberFormat } from './intl-formats.js';

it('a day is that of the time zone', () => {
  expect(calendarDay(Date.parse('2026-11-29T17:30:00Z'), 'Asia/Jakarta')).toBe('2026-11-30');
  expect(calendarDay(Date.parse('2026-11-29T17:30:00Z'), 'UTC')).toBe('2026-11-29');
});

it('makes a format once, and another one for other options or another locale', () => {
  expect(numberFormat('id-ID', { maximumFractionDigits: 0 })).toBe(
    numberFormat('id-ID', { maximumFractionDigits: 0 }),
  );
  expect(numberFormat('en-GB', { maximumFractionDigits: 0 }).format(25_000)).toBe('25,000');
  expect(numberFormat('id-ID', { maximumFractionDigits: 0 }).format(25_000)).toBe('25.000');
  expect(dateFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', hourCycle: 'h23' }).format(0)).toBe('00');
  expect(dateFormat('en-GB', { timeZone: 'Asia/Jakarta', hour: '2-digit', hourCycle: 'h23' }).format(0)).toBe(
    '07',
  );
});
