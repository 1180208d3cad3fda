/**
 * Seasonal naive (Hyndman and Athanasopoulos, "Forecasting: principles and practice", 3rd edition, 5.2): a day is as the last known day
 * of its weekday was. It is what every other model is measured against.
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

const FARTHEST_WEEKS = 8;

export const seasonalNaive: Model & FittedModel = {
  name: 'SEASONAL_NAIVE',
  fit: () => seasonalNaive,
  outlooks: (series, origins, days) => origins.map((origin) => outlook(series, origin, days)),
};

function outlook(series: Series, origin: number, days: number): Outlook {
  const [expected, spread] = [new Float64Array(days), new Float64Array(days)];
  for (let ahead = 0; ahead < days; ahead += 1) {
    const seasons = Math.floor(ahead / WEEK);
    expected[ahead] = lastOfWeekday(series, origin + ahead - WEEK * (seasons + 1), origin);
    spread[ahead] = Math.sqrt(seasons + 1);
  }
  return { origin, expected, spread };
}

/** Looks back until a day is known; after that, the mean of the latest weeks. */
function lastOfWeekday(series: Series, from: number, origin: number): number {
  for (let day = from, weeks = 0; day >= 0 && weeks < FARTHEST_WEEKS; day -= WEEK, weeks += 1) {
    const value = valueAt(series, day);
    if (!Number.isNaN(value)) return value;
  }
  return meanBetween(series, origin - FARTHEST_WEEKS * WEEK, origin);
}
