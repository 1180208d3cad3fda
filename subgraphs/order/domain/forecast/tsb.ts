/**
 * TSB, for items that sell on some days only (Teunter, Syntetos and Babai, "Intermittent demand: linking forecasting to inventory
 * obsolescence", European Journal of Operational Research 214, 2011): the chance that a day sells any is smoothed on every known day, how many such a day sells on
 * those days alone, and a day is expected to sell their product. An item that has died goes down to 0, which Croston's method does not.
 */
import { type FittedModel, type Model, type Series, valueAt, WEEK } from './model.js';

interface Rates {
  readonly size: number;
  readonly chance: number;
}

interface State {
  readonly size: number;
  readonly chance: number;
}

const RATES: readonly Rates[] = [0.02, 0.05, 0.1, 0.2].flatMap((size) =>
  [0.01, 0.03, 0.07, 0.15, 0.3].map((chance) => ({ size, chance })),
);
const FIRST_DAYS = 8 * WEEK;

export const tsb: Model = {
  name: 'TSB',
  fit(series, until) {
    const start = startOf(series, Math.min(FIRST_DAYS, until));
    let [best, least] = [{ size: 0.05, chance: 0.03 }, Number.POSITIVE_INFINITY];
    for (const rates of RATES) {
      const error = squaredError(series, until, start, rates);
      if (error < least) [best, least] = [rates, error];
    }
    return fitted(start, best);
  },
};

function startOf(series: Series, until: number): State {
  const known = series.subarray(0, until).filter((value) => !Number.isNaN(value));
  const sold = known.filter((value) => value > 0);
  return {
    size: sold.length === 0 ? 0 : sold.reduce((sum, value) => sum + value, 0) / sold.length,
    chance: known.length === 0 ? 0 : sold.length / known.length,
  };
}

function after({ size, chance }: State, value: number, rates: Rates): State {
  if (Number.isNaN(value)) return { size, chance };
  return value > 0
    ? { size: size + rates.size * (value - size), chance: chance + rates.chance * (1 - chance) }
    : { size, chance: chance - rates.chance * chance };
}

function squaredError(series: Series, until: number, start: State, rates: Rates): number {
  let { size, chance } = start;
  let sum = 0;
  for (let day = 0; day < until; day += 1) {
    const value = series[day] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const error = value - size * chance;
    sum += error * error;
    if (value > 0) {
      size += rates.size * (value - size);
      chance += rates.chance * (1 - chance);
    } else chance -= rates.chance * chance;
  }
  return sum;
}

function fitted(start: State, rates: Rates): FittedModel {
  return {
    name: 'TSB',
    outlooks(series, origins, days) {
      let [state, next] = [start, 0];
      return origins.map((origin) => {
        for (; next < origin; next += 1) state = after(state, valueAt(series, next), rates);
        const expected = new Float64Array(days).fill(state.size * state.chance);
        return { origin, expected, spread: new Float64Array(days).fill(1) };
      });
    },
  };
}
