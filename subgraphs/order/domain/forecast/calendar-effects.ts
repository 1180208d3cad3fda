/**
 * What days of the calendar do to demand: a holiday, Ramadan, a promotion. Days of one kind share one factor, against the same weekdays near them
 * that are in no calendar. It is drawn towards 1 as if one more day had been as usual, and is 1 where fewer than two days of its kind are known.
 */
import { type Series, valueAt, WEEK } from './model.js';

/** The kind of each day; null for a day like any other. */
export type DayKinds = readonly (string | null)[];

const FARTHEST_WEEKS = 6;
const NEIGHBOURS_A_SIDE = 2;
const LEAST_DAYS = 2;

/** @param kinds of the series' days, and of those after it that are to be known. @returns a factor for each of `kinds`. */
export function calendarEffects(series: Series, kinds: DayKinds): Series {
  const sums = new Map<string, { actual: number; usual: number; days: number }>();
  kinds.forEach((kind, day) => {
    const actual = valueAt(series, day);
    if (kind === null || Number.isNaN(actual)) return;
    const usual = usualDemand(series, kinds, day);
    if (Number.isNaN(usual)) return;
    const sum = sums.get(kind) ?? { actual: 0, usual: 0, days: 0 };
    sums.set(kind, { actual: sum.actual + actual, usual: sum.usual + usual, days: sum.days + 1 });
  });
  const factors = new Map(
    [...sums].map(([kind, { actual, usual, days }]) => {
      const one = usual / days;
      return [kind, days < LEAST_DAYS || one === 0 ? 1 : (actual + one) / (usual + one)] as const;
    }),
  );
  return Float64Array.from(kinds, (kind) => (kind === null ? 1 : Math.max(0.05, factors.get(kind) ?? 1)));
}

function usualDemand(series: Series, kinds: DayKinds, day: number): number {
  let [sum, count] = [0, 0];
  for (const side of [-1, 1]) {
    let found = 0;
    for (let weeks = 1; weeks <= FARTHEST_WEEKS && found < NEIGHBOURS_A_SIDE; weeks += 1) {
      const other = day + side * weeks * WEEK;
      const value = valueAt(series, other);
      if (kinds[other] !== null || Number.isNaN(value)) continue;
      sum += value;
      found += 1;
    }
    count += found;
  }
  return count === 0 ? Number.NaN : sum / count;
}
