/**
 * How a day's demand spreads over its hours, and what a day would have sold whose hours were not all open to buy. An outlet's days of one class
 * (a weekday, or a kind of the calendar) share a profile, which is drawn towards that of all days. An item sells by the outlet's profile, times how
 * much more or less of it each hour takes, which is drawn towards 1: of an item that sells little, the outlet's profile is the best that is known.
 */
import type { DayKinds } from './calendar-effects.js';
import { type Series, WEEK } from './model.js';

export const HOURS = 24;
/** A class counts as much as that of all days once it has so many days. */
const DAYS_OF_ALL = 4;
/** An hour's own share counts as much as the outlet's once the item has sold so many. */
const UNITS_OF_OUTLET = 25;
/** A day of which less was open to buy is not known. */
const LEAST_OPEN = 0.35;

/** An item's sales by day and hour. */
export interface HourlySales {
  /** `HOURS` numbers a day. */
  readonly units: Float64Array;
  /** Minutes of each hour in which it was sold out; null where it never was. */
  readonly soldOutMinutes: Uint8Array | null;
}

/** The share of a day that each of its hours takes, for each class of days. */
export type Profiles = ReadonlyMap<string, Float64Array>;

const ALL_DAYS = 'all';

function classOf(kinds: DayKinds, day: number): string {
  return kinds[day] ?? `weekday ${day % WEEK}`;
}

/** @param units of the whole outlet, `HOURS` a day, of which the first `until` days count. */
export function outletProfiles(units: Float64Array, kinds: DayKinds, until: number): Profiles {
  const sums = new Map<string, { hours: Float64Array; days: number }>([
    [ALL_DAYS, { hours: new Float64Array(HOURS), days: 0 }],
  ]);
  const all = sums.get(ALL_DAYS);
  for (let day = 0; day < until; day += 1) {
    const dayClass = classOf(kinds, day);
    const sum = sums.get(dayClass) ?? { hours: new Float64Array(HOURS), days: 0 };
    sums.set(dayClass, sum);
    for (const one of [sum, all]) {
      if (one === undefined) continue;
      one.days += 1;
      for (let hour = 0; hour < HOURS; hour += 1) {
        one.hours[hour] = (one.hours[hour] ?? 0) + (units[day * HOURS + hour] ?? 0);
      }
    }
  }
  const ofAll = normalised(all?.hours ?? new Float64Array(HOURS));
  return new Map(
    [...sums].map(([dayClass, { hours, days }]) => {
      const own = normalised(hours);
      const weight = days / (days + DAYS_OF_ALL);
      return [dayClass, own.map((share, hour) => weight * share + (1 - weight) * (ofAll[hour] ?? 0))];
    }),
  );
}

export function profileOf(profiles: Profiles, kinds: DayKinds, day: number): Float64Array {
  return (
    profiles.get(classOf(kinds, day)) ?? profiles.get(ALL_DAYS) ?? new Float64Array(HOURS).fill(1 / HOURS)
  );
}

/** By how much more or less than the outlet's an item's hours take. */
export function tiltOf(sales: HourlySales, profiles: Profiles, kinds: DayKinds, until: number): Float64Array {
  const [sold, open] = [new Float64Array(HOURS), new Float64Array(HOURS)];
  for (let day = 0; day < until; day += 1) {
    const profile = profileOf(profiles, kinds, day);
    for (let hour = 0; hour < HOURS; hour += 1) {
      const at = day * HOURS + hour;
      sold[hour] = (sold[hour] ?? 0) + (sales.units[at] ?? 0);
      open[hour] = (open[hour] ?? 0) + openShare(sales, at) * (profile[hour] ?? 0);
    }
  }
  const rate = sum(sold) / sum(open);
  if (!(rate > 0)) return new Float64Array(HOURS).fill(1);
  return sold.map((units, hour) => {
    const expected = rate * (open[hour] ?? 0);
    return (units + UNITS_OF_OUTLET) / (expected + UNITS_OF_OUTLET);
  });
}

/** An item's share of a day's demand by hour, reckoned once for each profile. */
export function sharesBy(tilt: Float64Array): (profile: Float64Array) => Float64Array {
  const known = new Map<Float64Array, Float64Array>();
  return (profile) => {
    const shares = known.get(profile) ?? normalised(profile.map((share, hour) => share * (tilt[hour] ?? 1)));
    known.set(profile, shares);
    return shares;
  };
}

/** What each day would have sold of an item had it never been sold out; NaN for days that cannot be known. */
export function uncensoredDays(
  sales: HourlySales,
  profiles: Profiles,
  tilt: Float64Array,
  kinds: DayKinds,
): Series {
  const sharesOf = sharesBy(tilt);
  return Float64Array.from({ length: sales.units.length / HOURS }, (_, day) => {
    const from = day * HOURS;
    let [units, soldOut] = [0, 0];
    for (let at = from; at < from + HOURS; at += 1) {
      units += sales.units[at] ?? 0;
      soldOut += sales.soldOutMinutes?.[at] ?? 0;
    }
    if (soldOut === 0) return units;
    const shares = sharesOf(profileOf(profiles, kinds, day));
    const open = shares.reduce((all, share, hour) => all + share * openShare(sales, from + hour), 0);
    return open < LEAST_OPEN ? Number.NaN : units / open;
  });
}

function openShare({ soldOutMinutes }: HourlySales, at: number): number {
  return soldOutMinutes === null ? 1 : 1 - (soldOutMinutes[at] ?? 0) / 60;
}

function normalised(hours: Float64Array): Float64Array {
  const whole = sum(hours);
  return whole > 0 ? hours.map((units) => units / whole) : hours.map(() => 1 / HOURS);
}

function sum(values: Float64Array): number {
  let all = 0;
  for (const value of values) all += value;
  return all;
}
