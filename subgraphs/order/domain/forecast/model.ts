/**
 * What every model of a series of days offers. A series has one number a day, NaN where the demand of a day is not known; days follow
 * each other without gaps, so that a day and the seventh after it have the same weekday.
 */

export const WEEK = 7;

export type Series = Float64Array;

export type ModelName = 'SEASONAL_NAIVE' | 'ETS_ANN' | 'ETS_ANA' | 'TSB';

/** What a model expects of the days after an origin. */
export interface Outlook {
  /** The number of days that were known. */
  readonly origin: number;
  readonly expected: Series;
  /** The standard deviation of each day, up to a factor that is the series' own (`interval.ts`). */
  readonly spread: Series;
}

/** A model with parameters set. */
export interface FittedModel {
  readonly name: ModelName;
  /** Runs over the series once, with its parameters as they are. @param origins ascending. */
  outlooks(series: Series, origins: readonly number[], days: number): Outlook[];
}

export interface Model {
  readonly name: ModelName;
  /** Sets parameters by the first `until` days alone. */
  fit(series: Series, until: number): FittedModel;
}

/** The day's value; NaN beyond the series. */
export function valueAt(series: Series, day: number): number {
  return series[day] ?? Number.NaN;
}

/** The mean of the known days from `from` until before `to`; 0 where none is known. */
export function meanBetween(series: Series, from: number, to: number): number {
  let [sum, count] = [0, 0];
  for (let day = Math.max(0, from); day < Math.min(to, series.length); day += 1) {
    const value = valueAt(series, day);
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
