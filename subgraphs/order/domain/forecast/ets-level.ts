/**
 * ETS(A,N,N), simple exponential smoothing (Hyndman and Athanasopoulos, "Forecasting: principles and practice", 3rd edition, 8.1 and 8.7):
 * a level that each known day moves by a share of its error. That share has the least squared error of the days that it is fitted to, which
 * with additive normal errors is its maximum likelihood. A day that is not known leaves the level.
 */
import {
  type FittedModel,
  type Model,
  meanBetween,
  type Outlook,
  type Series,
  valueAt,
  WEEK,
} from './model.js';

/** Smaller ones forget too slowly to follow anything, larger ones are the last day alone. */
const RATES = [0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.55, 0.7];
const FIRST_DAYS = 4 * WEEK;

export const etsLevel: Model = {
  name: 'ETS_ANN',
  fit(series, until) {
    const start = meanBetween(series, 0, Math.min(FIRST_DAYS, until));
    let [best, least] = [RATES[0] ?? 0, Number.POSITIVE_INFINITY];
    for (const rate of RATES) {
      const error = squaredError(series, until, start, rate);
      if (error < least) [best, least] = [rate, error];
    }
    return fitted(start, best);
  },
};

function squaredError(series: Series, until: number, start: number, rate: number): number {
  let [level, sum] = [start, 0];
  for (let day = 0; day < until; day += 1) {
    const error = valueAt(series, day) - level;
    if (Number.isNaN(error)) continue;
    sum += error * error;
    level += rate * error;
  }
  return sum;
}

function fitted(start: number, rate: number): FittedModel {
  return {
    name: 'ETS_ANN',
    outlooks(series, origins, days) {
      let [level, next] = [start, 0];
      return origins.map((origin) => {
        for (; next < origin; next += 1) {
          const error = valueAt(series, next) - level;
          if (!Number.isNaN(error)) level += rate * error;
        }
        return outlook(origin, days, level, rate);
      });
    },
  };
}

function outlook(origin: number, days: number, level: number, rate: number): Outlook {
  const spread = new Float64Array(days);
  for (let ahead = 0; ahead < days; ahead += 1) spread[ahead] = Math.sqrt(1 + ahead * rate * rate);
  return { origin, expected: new Float64Array(days).fill(Math.max(0, level)), spread };
}
