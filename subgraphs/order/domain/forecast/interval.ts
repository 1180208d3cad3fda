/**
 * The interval in which four of five days are to lie, from what a back-test missed. Errors are measured in units of the model's spread and
 * of the square root of what was expected, as counts vary, and their quantiles widen each day's forecast by as much: an interval need
 * be neither normal nor symmetric. (Split conformal prediction: Lei et al., "Distribution-free predictive inference for regression", JASA 113, 2018.)
 */

/** Beyond the tenth at each end, because errors of days near each other are alike: fewer were seen than were counted. */
const TAIL = 0.085;
const LEAST_EXPECTED = 0.25;

/** In units of a day's spread: how far below and above what was expected. */
export interface Widths {
  readonly below: number;
  readonly above: number;
}

export function unitOf(expected: number, spread: number): number {
  return spread * Math.sqrt(Math.max(LEAST_EXPECTED, expected));
}

/** @param errors actual less expected, by `unitOf`; in any order. */
export function widthsOf(errors: Float64Array): Widths {
  const sorted = Float64Array.from(errors).sort();
  const quantile = (share: number) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { below: quantile(TAIL), above: quantile(1 - TAIL) };
}

export function intervalOf(expected: number, spread: number, { below, above }: Widths) {
  const unit = unitOf(expected, spread);
  return { lower: Math.max(0, expected + below * unit), upper: Math.max(0, expected + above * unit) };
}
