import { describe, expect, it } from 'vitest';
import { Random } from '../../../../bench/simulate/random.js';
import { calendarEffects } from './calendar-effects.js';
import { chooseModel, MOST_DAYS } from './choose-model.js';
import { etsLevel } from './ets-level.js';
import { etsSeasonal } from './ets-seasonal.js';
import type { Model, Series } from './model.js';
import { seasonalNaive } from './seasonal-naive.js';
import { tsb } from './tsb.js';

const WEEKDAYS = [80, 75, 85, 90, 110, 140, 120];
const noEffects = (series: Series) => new Float64Array(series.length + MOST_DAYS).fill(1);

function week(days: number, of: (day: number) => number): Series {
  return Float64Array.from({ length: days }, (_, day) => of(day));
}

function expectedBy(model: Model, series: Series, days = 14): number[] {
  const [outlook] = model.fit(series, series.length).outlooks(series, [series.length], days);
  return [...(outlook?.expected ?? [])];
}

describe('seasonal naive', () => {
  it('expects each day as the last known one of its weekday', () => {
    const series = week(28, (day) => 100 + day);
    series[27] = Number.NaN;
    expect(expectedBy(seasonalNaive, series, 8)).toEqual([121, 122, 123, 124, 125, 126, 120, 121]);
  });
});

describe('ETS(A,N,N)', () => {
  it('finds the level of noise, and follows one that has changed', () => {
    const random = new Random('level');
    const noise = week(120, () => 50 + 5 * random.normal());
    const [expected = 0] = expectedBy(etsLevel, noise);
    expect(Math.abs(expected - 50)).toBeLessThan(2.5);
    const changed = noise.map((value, day) => value + (day >= 90 ? 40 : 0));
    const [after = 0] = expectedBy(etsLevel, changed);
    expect(Math.abs(after - 90)).toBeLessThan(6);
  });

  it('skips days that are not known', () => {
    const series = week(60, (day) => (day % 3 === 0 ? Number.NaN : 20));
    expect(expectedBy(etsLevel, series, 2)).toEqual([20, 20]);
  });
});

describe('ETS(A,N,A)', () => {
  it('reproduces a level and weekdays without noise', () => {
    const expected = expectedBy(
      etsSeasonal,
      week(84, (day) => WEEKDAYS[day % 7] ?? 0),
    );
    expected.forEach((value, ahead) => {
      expect(value).toBeCloseTo(WEEKDAYS[ahead % 7] ?? 0, 1);
    });
  });

  it('widens what it expects of later days', () => {
    const random = new Random('spread');
    const series = week(120, (day) => (WEEKDAYS[day % 7] ?? 0) + 8 * random.normal());
    const [outlook] = etsSeasonal.fit(series, 120).outlooks(series, [120], 28);
    const spread = [...(outlook?.spread ?? [])];
    expect(spread).toEqual(spread.toSorted((one, other) => one - other));
  });

  it('is off by less than seasonal naive where weekdays are under noise', () => {
    const random = new Random('noise');
    const series = week(200, (day) => (WEEKDAYS[day % 7] ?? 0) + 12 * random.normal());
    const missed = (model: Model) =>
      expectedBy(model, series, 7).reduce(
        (sum, value, ahead) => sum + Math.abs(value - (WEEKDAYS[(200 + ahead) % 7] ?? 0)),
        0,
      );
    expect(missed(etsSeasonal)).toBeLessThan(0.7 * missed(seasonalNaive));
  });
});

describe('TSB', () => {
  it('expects the share of days that sell times what they sell', () => {
    const series = week(400, (day) => (day % 4 === 0 ? 3 : 0));
    const [expected = 0] = expectedBy(tsb, series);
    expect(expected).toBeCloseTo(0.75, 1);
  });

  it('lets an item that sells no more die', () => {
    const series = week(300, (day) => (day < 200 && day % 3 === 0 ? 2 : 0));
    const [expected = 1] = expectedBy(tsb, series);
    expect(expected).toBeLessThan(0.1);
  });
});

describe('the choice of a model', () => {
  it('takes weekdays where there are some, and none where there are none', () => {
    const random = new Random('choice');
    const weekly = week(182, (day) => (WEEKDAYS[day % 7] ?? 0) + 6 * random.normal());
    expect(chooseModel(weekly, noEffects(weekly))?.model).toBe('ETS_ANA');
    const flat = week(182, () => 40 + 6 * random.normal());
    expect(chooseModel(flat, noEffects(flat))?.model).toBe('ETS_ANN');
  });

  it('says how far its back-test was off, and has four of five later days within its intervals', () => {
    let [within, days] = [0, 0];
    for (let seed = 0; seed < 40; seed += 1) {
      const random = new Random(`interval ${seed}`);
      const all = week(182 + MOST_DAYS, (day) =>
        Math.max(0, (WEEKDAYS[day % 7] ?? 0) + 15 * random.normal()),
      );
      const known = all.subarray(0, 182);
      const chosen = chooseModel(known, noEffects(known));
      if (chosen?.accuracy == null) throw new Error('A full history is enough');
      expect(chosen.accuracy.wape).toBeGreaterThan(0.08);
      expect(chosen.accuracy.wape).toBeLessThan(0.2);
      expect(chosen.accuracy.mase).toBeLessThan(1);
      expect(Math.abs(chosen.accuracy.bias)).toBeLessThan(0.1);
      for (let ahead = 0; ahead < MOST_DAYS; ahead += 1) {
        const actual = all[182 + ahead] ?? 0;
        within += actual >= (chosen.lower[ahead] ?? 0) && actual <= (chosen.upper[ahead] ?? 0) ? 1 : 0;
        days += 1;
      }
    }
    expect(within / days).toBeGreaterThan(0.75);
    expect(within / days).toBeLessThan(0.87);
  });

  it('makes none of fewer than 28 known days', () => {
    const short = week(40, (day) => (day < 14 ? Number.NaN : 10));
    expect(chooseModel(short, noEffects(short))).toBeNull();
  });
});

describe('effects of the calendar', () => {
  const kinds = Array.from({ length: 210 }, (_, day) =>
    day >= 100 && day < 128 ? 'RAMADAN' : day === 60 || day === 160 || day === 205 ? 'PUBLIC_HOLIDAY' : null,
  );
  const series = week(182, (day) => {
    const factor = kinds[day] === 'RAMADAN' ? 0.6 : kinds[day] === 'PUBLIC_HOLIDAY' ? 1.5 : 1;
    return (WEEKDAYS[day % 7] ?? 0) * factor;
  });

  it('are what days of a kind sold against the weekdays around them, drawn towards 1', () => {
    const effects = calendarEffects(series, kinds);
    expect(effects).toHaveLength(kinds.length);
    expect(effects[110]).toBeCloseTo(0.61, 1);
    expect(effects[205]).toBeGreaterThan(1.2);
    expect(effects[205]).toBeLessThan(1.5);
    expect(effects[0]).toBe(1);
  });

  it('are none for a kind that was known on one day alone', () => {
    const once = kinds.map((kind, day) => (day === 60 ? 'STREET_FESTIVAL' : kind));
    expect(calendarEffects(series, once)[60]).toBe(1);
  });
});
