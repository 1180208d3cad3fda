import { describe, expect, it } from 'vitest';
import { calendarDay, type Period } from '../../../platform/kit/calendar.js';
import { comparedKey, comparedPeriod, type SalesComparison } from './comparison.js';

const period = (from: string, to: string): Period => ({ from: calendarDay(from), to: calendarDay(to) });

describe('a report is compared with', () => {
  it.each<[string, SalesComparison, Period, Period]>([
    [
      'the day before',
      'PREVIOUS_PERIOD',
      period('2026-11-20', '2026-11-20'),
      period('2026-11-19', '2026-11-19'),
    ],
    [
      'as many days before',
      'PREVIOUS_PERIOD',
      period('2026-11-10', '2026-11-16'),
      period('2026-11-03', '2026-11-09'),
    ],
    [
      'the month before',
      'PREVIOUS_PERIOD',
      period('2026-03-01', '2026-03-31'),
      period('2026-02-01', '2026-02-28'),
    ],
    [
      'the months before',
      'PREVIOUS_PERIOD',
      period('2026-01-01', '2026-03-31'),
      period('2025-10-01', '2025-12-31'),
    ],
    [
      'the weekday a week before',
      'SAME_WEEKDAY',
      period('2026-11-20', '2026-11-20'),
      period('2026-11-13', '2026-11-13'),
    ],
    [
      'the whole weeks before',
      'SAME_WEEKDAY',
      period('2026-11-10', '2026-11-20'),
      period('2026-10-27', '2026-11-06'),
    ],
    [
      'the dates of last year',
      'LAST_YEAR',
      period('2026-11-10', '2026-11-20'),
      period('2025-11-10', '2025-11-20'),
    ],
    ['a leap February', 'LAST_YEAR', period('2025-02-01', '2025-02-28'), period('2024-02-01', '2024-02-29')],
    [
      'a shorter February',
      'LAST_YEAR',
      period('2024-02-01', '2024-02-29'),
      period('2023-02-01', '2023-02-28'),
    ],
  ])('%s (%s)', (_what, comparison, days, expected) => {
    expect(comparedPeriod(days, comparison)).toEqual(expected);
  });
});

describe('a row stands beside', () => {
  it.each<[string, SalesComparison, 'DAY' | 'MONTH', Period, string, string | null]>([
    [
      'day n of the days before',
      'PREVIOUS_PERIOD',
      'DAY',
      period('2026-11-10', '2026-11-16'),
      '2026-11-12',
      '2026-11-05',
    ],
    [
      'day n of the month before',
      'PREVIOUS_PERIOD',
      'DAY',
      period('2026-03-01', '2026-03-31'),
      '2026-03-28',
      '2026-02-28',
    ],
    [
      'nothing where the month before is over',
      'PREVIOUS_PERIOD',
      'DAY',
      period('2026-03-01', '2026-03-31'),
      '2026-03-29',
      null,
    ],
    [
      'the same weekday',
      'SAME_WEEKDAY',
      'DAY',
      period('2026-11-10', '2026-11-20'),
      '2026-11-20',
      '2026-11-06',
    ],
    [
      'the date of last year',
      'LAST_YEAR',
      'DAY',
      period('2024-01-01', '2024-12-31'),
      '2024-03-01',
      '2023-03-01',
    ],
    ['nothing on 29 February', 'LAST_YEAR', 'DAY', period('2024-01-01', '2024-12-31'), '2024-02-29', null],
    [
      'the month of last year',
      'LAST_YEAR',
      'MONTH',
      period('2026-01-01', '2026-12-31'),
      '2026-03',
      '2025-03',
    ],
    [
      'the month in its place',
      'PREVIOUS_PERIOD',
      'MONTH',
      period('2026-01-01', '2026-03-31'),
      '2026-02',
      '2025-11',
    ],
  ])('%s (%s)', (_what, comparison, by, days, key, expected) => {
    expect(comparedKey(key, by, days, comparedPeriod(days, comparison), comparison)).toBe(expected);
  });
});
