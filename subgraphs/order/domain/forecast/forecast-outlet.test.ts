import { expect, it } from 'vitest';
import { Random } from '../../../../bench/simulate/random.js';
import { MOST_DAYS } from './choose-model.js';
import { forecastOutlet } from './forecast-outlet.js';
import { HOURS, type HourlySales } from './hours.js';

const DAYS = 140;
const HOUR_WEIGHTS = Array.from({ length: HOURS }, (_, hour): number =>
  hour < 9 || hour > 20 ? 0 : hour === 18 ? 3 : 1,
);
const WEIGHT = HOUR_WEIGHTS.reduce((sum, one) => sum + one, 0);
const KINDS = Array.from({ length: DAYS + MOST_DAYS }, () => null);

/** Sells `rate` a day, with the evening thrice as busy as any other hour. */
function selling(rate: number, seed: string): HourlySales & { soldOutMinutes: Uint8Array } {
  const random = new Random(seed);
  const units = new Float64Array(DAYS * HOURS);
  for (let at = 0; at < units.length; at += 1) {
    const mean = (rate * (HOUR_WEIGHTS[at % HOURS] ?? 0)) / WEIGHT;
    units[at] = mean === 0 ? 0 : Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  }
  return { units, soldOutMinutes: new Uint8Array(DAYS * HOURS) };
}

/** Sold out from 15:00 on, on so many of a hundred days. */
function soldOutInTheAfternoon(
  sales: HourlySales & { soldOutMinutes: Uint8Array },
  percent: number,
  seed: string,
) {
  const random = new Random(seed);
  for (let day = 0; day < DAYS; day += 1) {
    if (!random.isTrueFor(percent / 100)) continue;
    sales.units.fill(0, day * HOURS + 15, (day + 1) * HOURS);
    sales.soldOutMinutes.fill(60, day * HOURS + 15, (day + 1) * HOURS);
  }
  return sales;
}

it('expects what was asked for, not what was sold, of an item that is often sold out in the evening', () => {
  const latte = soldOutInTheAfternoon(selling(120, 'latte'), 40, 'runs out');
  const tea = selling(200, 'tea');
  const items = new Map<string, HourlySales>([
    ['latte', latte],
    ['tea', tea],
  ]);
  const { items: forecasts, outlet } = forecastOutlet({ items, kinds: KINDS });
  expect(forecasts.get('latte')?.expected[0]).toBeGreaterThan(112);
  expect(forecasts.get('latte')?.expected[0]).toBeLessThan(128);
  expect(outlet?.expected[0]).toBeGreaterThan(305);
  // With nothing said of being sold out, the same sales are taken for all that was asked for.
  const silent = forecastOutlet({
    items: new Map([...items, ['latte', { units: latte.units, soldOutMinutes: null }]]),
    kinds: KINDS,
  });
  expect(silent.items.get('latte')?.expected[0]).toBeLessThan(104);
});

it('spreads a day over the hours in which it is asked for, with the error of hours beside it', () => {
  const { items } = forecastOutlet({ items: new Map([['tea', selling(240, 'hours')]]), kinds: KINDS });
  const hours = items.get('tea')?.hours;
  const ofDay = [...(hours?.shares.subarray(0, HOURS) ?? [])];
  expect(ofDay.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
  expect(ofDay[3]).toBe(0);
  expect((ofDay[18] ?? 0) / (ofDay[12] ?? 1)).toBeGreaterThan(2.6);
  expect(hours?.accuracy?.coverage).toBeGreaterThan(0.7);
  expect(hours?.accuracy?.coverage).toBeLessThan(0.92);
});

it('knows nothing of days on which the outlet was closed, and forecasts an item from its first sale on', () => {
  const [old, late] = [selling(100, 'old'), selling(50, 'late')];
  late.units.fill(0, 0, 70 * HOURS);
  for (const day of [40, 47, 54, 100]) {
    for (const { units } of [old, late]) units.fill(0, day * HOURS, (day + 1) * HOURS);
  }
  const { items } = forecastOutlet({
    items: new Map([
      ['old', old],
      ['late', late],
    ]),
    kinds: KINDS,
  });
  expect(items.get('old')?.expected[5]).toBeGreaterThan(94);
  expect(items.get('late')?.expected[5]).toBeGreaterThan(46);
});

it('has no forecast of an item that has sold for three weeks', () => {
  const young = selling(50, 'young');
  young.units.fill(0, 0, (DAYS - 21) * HOURS);
  const { items } = forecastOutlet({
    items: new Map([
      ['old', selling(100, 'old')],
      ['young', young],
    ]),
    kinds: KINDS,
  });
  expect([...items.keys()]).toEqual(['old']);
});
