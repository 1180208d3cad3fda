/**
 * When an item will have been used up, by its present use and, where there is a past of weeks, by what was used in the same hours of the week.
 */
/** In milliseconds. */
export const HOUR = 3_600_000;
export const HOURS_OF_WEEK = 168;
/** What is further away is not said. */
const HORIZON_HOURS = HOURS_OF_WEEK;
/** The present use is that of these hours; an hour counts half as much as the one after it. */
export const PRESENT_HOURS = 4;
/** After so many hours, half of what makes today another day than others is over. */
const PRESENT_HALF_LIFE_HOURS = 3;
/** Today may be so many times as busy as other days, or as quiet. */
const LARGEST_FACTOR = 4;

export interface Use {
  /** In the item's unit. */
  readonly presentPerHour: number;
  /** By hour of the week (`hourOfWeek`), the mean of the last weeks; null without a week behind it. */
  readonly usual: readonly number[] | null;
}

/** From 0 to 167, in UTC. */
export function hourOfWeek(milliseconds: number): number {
  return Math.floor(milliseconds / HOUR) % HOURS_OF_WEEK;
}

/** The weights of `hours` before now, as presentPerHour has them, add up to this. */
export function presentWeight(hours: number): number {
  return (1 - 0.5 ** hours) / Math.LN2;
}

/**
 * When so much will have been used; null where that is beyond the horizon.
 * @param amount in the item's unit, more than 0.
 */
export function usedUpAt(amount: number, use: Use, now: Date): Date | null {
  const perHour = forecast(use, now);
  const begin = now.getTime();
  const end = begin + HORIZON_HOURS * HOUR;
  let left = amount;
  for (let from = begin; from < end; ) {
    const to = Math.min(end, (Math.floor(from / HOUR) + 1) * HOUR);
    const rate = perHour(from);
    const used = (rate * (to - from)) / HOUR;
    if (used >= left) return new Date(Math.round(from + (left / rate) * HOUR));
    left -= used;
    from = to;
  }
  return null;
}

/** The use per hour at a moment to come. */
function forecast({ presentPerHour, usual }: Use, now: Date): (milliseconds: number) => number {
  if (usual === null) return () => presentPerHour;
  const usually = (milliseconds: number) => usual[hourOfWeek(milliseconds)] ?? 0;
  const usualAtPresent = presentMean(usually, now.getTime());
  const factor =
    usualAtPresent > 0
      ? Math.min(LARGEST_FACTOR, Math.max(1 / LARGEST_FACTOR, presentPerHour / usualAtPresent))
      : 1;
  const unusual = usualAtPresent > 0 ? 0 : presentPerHour;
  return (milliseconds) => {
    const share = 0.5 ** ((milliseconds - now.getTime()) / HOUR / PRESENT_HALF_LIFE_HOURS);
    return usually(milliseconds) * (1 + (factor - 1) * share) + unusual * share;
  };
}

/** What of usual use corresponds to `presentPerHour`. */
function presentMean(usually: (milliseconds: number) => number, now: number): number {
  const step = HOUR / 12;
  let [sum, weights] = [0, 0];
  for (let age = step / 2; age < PRESENT_HOURS * HOUR; age += step) {
    const weight = 0.5 ** (age / HOUR);
    sum += usually(now - age) * weight;
    weights += weight;
  }
  return sum / weights;
}
