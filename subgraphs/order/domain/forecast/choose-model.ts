/**
 * Chooses a series' model by a rolling-origin back-test (Hyndman and Athanasopoulos, "Forecasting: principles and practice", 3rd edition,
 * 5.10): every model is fitted to the days before the last eight weeks, and expects from the end of each week on what came after it. The one with the
 * least squared error is fitted again to all days. Its errors make the intervals and the figures of accuracy. Whether intervals hold is counted on
 * the later half of these weeks, with intervals made by the earlier half.
 */
import { type Accuracy, accuracyOf } from './accuracy.js';
import { etsLevel } from './ets-level.js';
import { etsSeasonal } from './ets-seasonal.js';
import { intervalOf, unitOf, type Widths, widthsOf } from './interval.js';
import { type Model, type ModelName, type Outlook, type Series, valueAt, WEEK } from './model.js';
import { seasonalNaive } from './seasonal-naive.js';
import { tsb } from './tsb.js';

export const MOST_DAYS = 28;
const LEAST_KNOWN_DAYS = 28;
const MOST_TESTED_WEEKS = 8;
const LEAST_TESTED_DAYS = 7;
/** From this share of days without a sale on an item is rare. */
const RARE = 0.2;

export interface Chosen {
  readonly model: ModelName;
  readonly expected: Series;
  readonly lower: Series;
  readonly upper: Series;
  /** Null where nothing was asked for in the weeks that were tested. */
  readonly accuracy: Accuracy | null;
  /** What was expected in the back-test, a week at a time, from the first of its days on. */
  readonly tested: { readonly from: number; readonly expected: Series };
}

interface Trial {
  readonly model: Model;
  readonly outlooks: readonly Outlook[];
  readonly squaredError: number;
}

/**
 * @param series with what the calendar does to its days taken out, NaN for days that are not known.
 * @param effects what the calendar does, as a factor, to its days and to `MOST_DAYS` after them.
 * @returns null where fewer days are known than a back-test takes.
 */
export function chooseModel(series: Series, effects: Series): Chosen | null {
  const known = series.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
  if (known < LEAST_KNOWN_DAYS) return null;
  const weeks = Math.min(MOST_TESTED_WEEKS, Math.floor(series.length / WEEK / 2));
  const from = series.length - weeks * WEEK;
  const origins = Array.from({ length: weeks }, (_, week) => from + week * WEEK);
  const trials = candidates(series).map((model) => trialOf(model, series, effects, origins));
  const best = trials.reduce((one, other) => (other.squaredError < one.squaredError ? other : one));
  const days = testedDays(series, effects, best.outlooks);
  const widths = widthsBy(days, () => true);
  const [outlook] = best.model.fit(series, series.length).outlooks(series, [series.length], MOST_DAYS);
  if (outlook === undefined) return null;
  return {
    model: best.model.name,
    ...forecastOf(outlook, effects, widths),
    accuracy: accuracyOfDays(days, from, series, effects),
    tested: { from, expected: firstWeeks(best.outlooks, effects) },
  };
}

function candidates(series: Series): Model[] {
  const [sold, none] = series.reduce(
    ([some, zero], value) => (value > 0 ? [some + 1, zero] : value === 0 ? [some, zero + 1] : [some, zero]),
    [0, 0],
  );
  const isRare = none > RARE * (sold + none);
  return [seasonalNaive, etsLevel, etsSeasonal, ...(isRare ? [tsb] : [])];
}

function trialOf(model: Model, series: Series, effects: Series, origins: readonly number[]): Trial {
  const outlooks = model.fit(series, origins[0] ?? 0).outlooks(series, origins, MOST_DAYS);
  let squaredError = 0;
  for (const { origin, expected } of outlooks) {
    for (let ahead = 0; ahead < MOST_DAYS && origin + ahead < series.length; ahead += 1) {
      const error = (series[origin + ahead] ?? Number.NaN) - (expected[ahead] ?? 0);
      if (!Number.isNaN(error)) squaredError += (error * (effects[origin + ahead] ?? 1)) ** 2;
    }
  }
  return { model, outlooks, squaredError };
}

/** The known days after each origin, as they were asked for; one place of each column is one day. */
interface TestedDays {
  readonly day: Int32Array;
  readonly origin: Int32Array;
  readonly actual: Float64Array;
  readonly expected: Float64Array;
  readonly spread: Float64Array;
  readonly count: number;
}

function testedDays(series: Series, effects: Series, outlooks: readonly Outlook[]): TestedDays {
  const most = outlooks.length * MOST_DAYS;
  const [day, originOf] = [new Int32Array(most), new Int32Array(most)];
  const [actual, expectedOf, spreadOf] = [
    new Float64Array(most),
    new Float64Array(most),
    new Float64Array(most),
  ];
  let count = 0;
  for (const { origin, expected, spread } of outlooks) {
    for (let ahead = 0; ahead < MOST_DAYS && origin + ahead < series.length; ahead += 1) {
      const value = series[origin + ahead] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const effect = effects[origin + ahead] ?? 1;
      day[count] = origin + ahead;
      originOf[count] = origin;
      actual[count] = value * effect;
      expectedOf[count] = (expected[ahead] ?? 0) * effect;
      spreadOf[count] = spread[ahead] ?? 1;
      count += 1;
    }
  }
  return { day, origin: originOf, actual, expected: expectedOf, spread: spreadOf, count };
}

/** Widths by the errors of the days for which `counts` holds. */
function widthsBy(days: TestedDays, counts: (at: number) => boolean): Widths & { readonly of: number } {
  const errors = new Float64Array(days.count);
  let of = 0;
  for (let at = 0; at < days.count; at += 1) {
    if (!counts(at)) continue;
    const expected = days.expected[at] ?? 0;
    errors[of] = ((days.actual[at] ?? 0) - expected) / unitOf(expected, days.spread[at] ?? 1);
    of += 1;
  }
  return { ...widthsOf(errors.subarray(0, of)), of };
}

function accuracyOfDays(days: TestedDays, from: number, series: Series, effects: Series): Accuracy | null {
  const middle = from + (series.length - from) / 2;
  const isEarlier = (at: number) => (days.day[at] ?? 0) < middle;
  const earlier = widthsBy(days, isEarlier);
  const isSplit =
    earlier.of >= LEAST_TESTED_DAYS && days.count > 0 && (days.origin[days.count - 1] ?? 0) >= middle;
  const widths = isSplit ? earlier : widthsBy(days, () => true);
  return accuracyOf(
    {
      ...days,
      intervalAt: (at) => intervalOf(days.expected[at] ?? 0, days.spread[at] ?? 1, widths),
      isJudged: (at) => !isSplit || (days.origin[at] ?? 0) >= middle,
    },
    naiveErrorOf(series, effects),
  );
}

/** The mean absolute difference of a day from the same weekday of the week before. */
function naiveErrorOf(series: Series, effects: Series): number {
  let [sum, count] = [0, 0];
  for (let day = WEEK; day < series.length; day += 1) {
    const difference =
      valueAt(series, day) * (effects[day] ?? 1) - valueAt(series, day - WEEK) * (effects[day - WEEK] ?? 1);
    if (Number.isNaN(difference)) continue;
    sum += Math.abs(difference);
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

function forecastOf(
  outlook: Outlook,
  effects: Series,
  widths: Widths,
): Pick<Chosen, 'expected' | 'lower' | 'upper'> {
  const expected = outlook.expected.map((value, ahead) => value * (effects[outlook.origin + ahead] ?? 1));
  const intervals = Array.from(expected, (value, ahead) =>
    intervalOf(value, outlook.spread[ahead] ?? 1, widths),
  );
  return {
    expected,
    lower: Float64Array.from(intervals, ({ lower }) => lower),
    upper: Float64Array.from(intervals, ({ upper }) => upper),
  };
}

function firstWeeks(outlooks: readonly Outlook[], effects: Series): Series {
  const weeks = new Float64Array(outlooks.length * WEEK);
  outlooks.forEach(({ origin, expected }, week) => {
    for (let ahead = 0; ahead < WEEK; ahead += 1) {
      weeks[week * WEEK + ahead] = (expected[ahead] ?? 0) * (effects[origin + ahead] ?? 1);
    }
  });
  return weeks;
}
