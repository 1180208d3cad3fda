/**
 * How far forecasts were off, as figures that hold for rare items, too (Hyndman and Koehler, "Another look at measures of forecast
 * accuracy", International Journal of Forecasting 22, 2006). None divides by the demand of a day, which may be 0.
 */

export interface Accuracy {
  /** The sum of absolute errors over the sum of what was asked for. */
  readonly wape: number;
  /** The mean absolute error over that of each day's forecast as the same weekday of the week before. */
  readonly mase: number;
  /** The sum of errors over the sum of what was asked for: positive where too much was expected. */
  readonly bias: number;
  /** The share of days within their interval. */
  readonly coverage: number;
}

/** The days, or hours, of a back-test; one place of each column is one of them. */
export interface Tested {
  readonly actual: Float64Array;
  readonly expected: Float64Array;
  readonly count: number;
  intervalAt(at: number): { readonly lower: number; readonly upper: number };
  /** Whether its interval was made without it, so that it counts for coverage. */
  isJudged(at: number): boolean;
}

/**
 * @param naiveError the mean absolute difference from the same weekday of the week before.
 * @returns null where nothing was asked for, or demand never changed.
 */
export function accuracyOf(tested: Tested, naiveError: number): Accuracy | null {
  const { count } = tested;
  let [absolute, signed, asked, within, judged] = [0, 0, 0, 0, 0];
  for (let at = 0; at < count; at += 1) {
    const [actual, expected] = [tested.actual[at] ?? 0, tested.expected[at] ?? 0];
    absolute += Math.abs(expected - actual);
    signed += expected - actual;
    asked += actual;
    if (!tested.isJudged(at)) continue;
    const { lower, upper } = tested.intervalAt(at);
    judged += 1;
    if (actual >= lower && actual <= upper) within += 1;
  }
  if (asked === 0 || naiveError === 0 || judged === 0) return null;
  return {
    wape: absolute / asked,
    mase: absolute / count / naiveError,
    bias: signed / asked,
    coverage: within / judged,
  };
}
