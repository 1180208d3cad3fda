import { expect, it } from 'vitest';
import { compare, isReported } from './comparison.js';

const day = (key: string, orders: number, revenue: number) => ({ day: key, orders, revenue });
const TODAY = '2026-11-30';

it('today is what its outlets have sold so far, each by its newest figures', () => {
  const outlets = new Map([
    ['menteng', { ...day(TODAY, 3, 75_000), version: 2 }],
    ['bandung', { ...day(TODAY, 1, 20_000), version: 1 }],
    ['yesterday still', { ...day('2026-11-29', 9, 900_000), version: 1 }],
  ]);
  expect(compare({ days: [], methods: [], outlets }, TODAY).today).toEqual(day(TODAY, 4, 95_000));
});

it('before any outlet has said its figures, today is what the report says', () => {
  const sales = { days: [day(TODAY, 2, 50_000)], methods: [], outlets: new Map() };
  expect(compare(sales, TODAY).today).toEqual(day(TODAY, 2, 50_000));
});

it('what events say before the report was read is no comparison: days without figures would be days without sales', () => {
  const outlets = new Map([['menteng', { ...day(TODAY, 3, 75_000), version: 2 }]]);
  expect(isReported({ days: undefined, methods: [], outlets })).toBe(false);
  expect(isReported({ days: [], methods: [], outlets })).toBe(true);
});

it('what is usual is the mean of the same weekdays that sold anything', () => {
  const days = [day('2026-11-23', 4, 100_000), day('2026-11-16', 8, 200_000), day('2026-11-29', 99, 999_000)];
  const { before, usual } = compare({ days, methods: [], outlets: new Map() }, TODAY);
  expect(before.map((one) => one.day)).toEqual(['2026-11-02', '2026-11-09', '2026-11-16', '2026-11-23']);
  expect(usual).toBe(150_000);
  expect(compare({ days: [], methods: [], outlets: new Map() }, TODAY).usual).toBeUndefined();
});
