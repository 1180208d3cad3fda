/**
 * ETS(A,N,A), exponential smoothing with a level and a weekday's difference from it (Hyndman and Athanasopoulos, "Forecasting: principles
 * and practice", 3rd edition, 8.5 to 8.7; the variances are those of 8.7). The two rates have the least squared error of the days that they are fitted to, within
 * 0 < α < 1 and 0 ≤ γ ≤ 1 − α. Weekdays begin with their mean differences from the seven days around them; a day that is not known
 * changes nothing.
 */
import { minimise } from '../../../../platform/kit/nelder-mead.js';
import {
  type FittedModel,
  type Model,
  meanBetween,
  type Outlook,
  type Series,
  valueAt,
  WEEK,
} from './model.js';

interface Rates {
  readonly alpha: number;
  readonly gamma: number;
}

interface Start {
  readonly level: number;
  /** By the day's number modulo 7. */
  readonly weekdays: Series;
}

const STARTS: readonly Rates[] = [0.02, 0.08, 0.2, 0.45].flatMap((alpha) =>
  [0.005, 0.05, 0.15].map((gamma) => ({ alpha, gamma })),
);
const EVALUATIONS = 24;
const FIRST_DAYS = 4 * WEEK;
const HALF_WEEK = 3;

export const etsSeasonal: Model = {
  name: 'ETS_ANA',
  fit(series, until) {
    const start = startOf(series, until);
    const errorOf = (rates: Rates) => squaredError(series, until, start, rates);
    const [best = { alpha: 0.1, gamma: 0.02 }] = STARTS.map((rates) => ({
      ...rates,
      error: errorOf(rates),
    })).toSorted((one, other) => one.error - other.error);
    const found = minimise(
      (at) => errorOf(bounded(at)),
      [logit(best.alpha), logit(best.gamma / (1 - best.alpha))],
      { step: 0.6, evaluations: EVALUATIONS, tolerance: 1e-4 * errorOf(best) },
    );
    return fitted(start, bounded(found.at));
  },
};

function startOf(series: Series, until: number): Start {
  const [sums, counts] = [new Float64Array(WEEK), new Float64Array(WEEK)];
  for (let day = HALF_WEEK; day < until - HALF_WEEK; day += 1) {
    const difference = valueAt(series, day) - meanBetween(series, day - HALF_WEEK, day + HALF_WEEK + 1);
    if (Number.isNaN(difference)) continue;
    sums[day % WEEK] = (sums[day % WEEK] ?? 0) + difference;
    counts[day % WEEK] = (counts[day % WEEK] ?? 0) + 1;
  }
  const weekdays = sums.map((sum, weekday) => sum / Math.max(1, counts[weekday] ?? 0));
  const middle = weekdays.reduce((sum, one) => sum + one, 0) / WEEK;
  return {
    level: meanBetween(series, 0, Math.min(FIRST_DAYS, until)),
    weekdays: weekdays.map((one) => one - middle),
  };
}

function squaredError(series: Series, until: number, start: Start, { alpha, gamma }: Rates): number {
  const weekdays = Float64Array.from(start.weekdays);
  let [level, sum, weekday] = [start.level, 0, 0];
  for (let day = 0; day < until; day += 1) {
    const difference = weekdays[weekday] ?? 0;
    const error = (series[day] ?? Number.NaN) - level - difference;
    if (!Number.isNaN(error)) {
      sum += error * error;
      level += alpha * error;
      weekdays[weekday] = difference + gamma * error;
    }
    weekday = weekday === WEEK - 1 ? 0 : weekday + 1;
  }
  return sum;
}

function fitted(start: Start, { alpha, gamma }: Rates): FittedModel {
  return {
    name: 'ETS_ANA',
    outlooks(series, origins, days) {
      const weekdays = Float64Array.from(start.weekdays);
      let [level, next] = [start.level, 0];
      return origins.map((origin) => {
        for (; next < origin; next += 1) {
          const difference = weekdays[next % WEEK] ?? 0;
          const error = valueAt(series, next) - level - difference;
          if (Number.isNaN(error)) continue;
          level += alpha * error;
          weekdays[next % WEEK] = difference + gamma * error;
        }
        return outlook(origin, days, { level, weekdays }, { alpha, gamma });
      });
    },
  };
}

function outlook(origin: number, days: number, { level, weekdays }: Start, { alpha, gamma }: Rates): Outlook {
  const [expected, spread] = [new Float64Array(days), new Float64Array(days)];
  for (let ahead = 0; ahead < days; ahead += 1) {
    expected[ahead] = Math.max(0, level + (weekdays[(origin + ahead) % WEEK] ?? 0));
    const seasons = Math.floor(ahead / WEEK);
    spread[ahead] = Math.sqrt(1 + alpha * alpha * ahead + gamma * seasons * (2 * alpha + gamma));
  }
  return { origin, expected, spread };
}

function bounded([alpha = 0, gamma = 0]: readonly number[]): Rates {
  const level = logistic(alpha);
  return { alpha: level, gamma: logistic(gamma) * (1 - level) };
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function logit(share: number): number {
  return Math.log(share / (1 - share));
}
