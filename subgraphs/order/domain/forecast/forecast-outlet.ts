/**
 * Forecasts an outlet and each of its items, by day and by hour, from what they sold by the hour and when they were sold out. What the outlet is asked
 * for is the sum of what its items are; a day on which the outlet sold nothing was closed and is not known. Hours are a day's forecast times their
 * share, with intervals from their own back-test: what the first week after each origin expected of each hour, against what it sold while nothing was sold out.
 */
import { type Accuracy, accuracyOf } from './accuracy.js';
import { calendarEffects, type DayKinds } from './calendar-effects.js';
import { type Chosen, chooseModel, MOST_DAYS } from './choose-model.js';
import {
  HOURS,
  type HourlySales,
  outletProfiles,
  type Profiles,
  profileOf,
  sharesBy,
  tiltOf,
  uncensoredDays,
} from './hours.js';
import { intervalOf, unitOf, type Widths, widthsOf } from './interval.js';
import { type ModelName, type Series, WEEK } from './model.js';

/** Models are fitted to so many of the latest days; what the calendar does is measured on all. */
const FITTED_DAYS = 52 * WEEK;
const HALF_TESTED_WEEKS = 4;

export interface OutletHistory {
  /** By item; all of the same days. */
  readonly items: ReadonlyMap<string, HourlySales>;
  /** Of these days and of the `MOST_DAYS` after them. */
  readonly kinds: DayKinds;
}

export interface Forecast {
  readonly model: ModelName;
  /** Of `MOST_DAYS` days. */
  readonly expected: Series;
  readonly lower: Series;
  readonly upper: Series;
  readonly accuracy: Accuracy | null;
  readonly hours: HourForecast;
}

export interface HourForecast {
  /** The share of each day that each of its hours takes. */
  readonly shares: Float64Array;
  readonly widths: Widths;
  readonly accuracy: Accuracy | null;
}

export interface OutletForecast {
  /** Null where too few days are known. */
  readonly outlet: Forecast | null;
  readonly items: ReadonlyMap<string, Forecast>;
}

export function forecastOutlet(history: OutletHistory): OutletForecast {
  const all = new Map(forecastsOf(history));
  const items = new Map<string, Forecast>();
  for (const [id, forecast] of all) if (id !== null && forecast !== null) items.set(id, forecast);
  return { outlet: all.get(null) ?? null, items };
}

/** One series at a time: the whole outlet, whose id is null, and each of its items. */
export function* forecastsOf({
  items,
  kinds,
}: OutletHistory): Generator<[id: string | null, Forecast | null]> {
  const days = kinds.length - MOST_DAYS;
  const units = sumOf(
    [...items.values()].map((sales) => sales.units),
    days * HOURS,
  );
  const closed = closedDays(units, days);
  const testedFrom = Math.max(0, days - 2 * HALF_TESTED_WEEKS * WEEK);
  const [profiles, testedProfiles] = [
    outletProfiles(units, kinds, days),
    outletProfiles(units, kinds, testedFrom),
  ];
  const demands = new Map(
    [...items].map(([id, sales]) => {
      const tilt = tiltOf(sales, profiles, kinds, days);
      const demand = uncensoredDays(sales, profiles, tilt, kinds);
      return [
        id,
        { sales, tilt, demand: demand.map((value, day) => (closed[day] ? Number.NaN : value)) },
      ] as const;
    }),
  );
  const whole = wholeDemand(
    [...demands.values()].map(({ demand }) => demand),
    closed,
  );
  const effects = calendarEffects(whole, kinds);
  const of = (demand: Series, sales: HourlySales, tilt: Float64Array): Forecast | null => {
    const from = Math.max(firstSale(demand), days - FITTED_DAYS);
    const ownEffects = effects.subarray(from);
    const usual = demand.subarray(from).map((value, day) => value / (ownEffects[day] ?? 1));
    const chosen = chooseModel(usual, ownEffects);
    if (chosen === null) return null;
    const testedTilt = tiltOf(sales, testedProfiles, kinds, testedFrom);
    const tested = testedHours(chosen, from, sales, { profiles: testedProfiles, tilt: testedTilt, kinds });
    return {
      ...{ model: chosen.model, expected: chosen.expected, lower: chosen.lower, upper: chosen.upper },
      accuracy: chosen.accuracy,
      hours: { shares: sharesAhead(profiles, tilt, kinds, days), ...tested },
    };
  };
  yield [null, of(whole, { units, soldOutMinutes: null }, new Float64Array(HOURS).fill(1))];
  for (const [id, { demand, sales, tilt }] of demands) yield [id, of(demand, sales, tilt)];
}

function sumOf(all: readonly Float64Array[], length: number): Float64Array {
  const sum = new Float64Array(length);
  for (const one of all) for (let at = 0; at < length; at += 1) sum[at] = (sum[at] ?? 0) + (one[at] ?? 0);
  return sum;
}

function closedDays(units: Float64Array, days: number): boolean[] {
  return Array.from(
    { length: days },
    (_, day) => !units.subarray(day * HOURS, (day + 1) * HOURS).some((some) => some > 0),
  );
}

/** An item whose day is not known counts with its mean of the fortnight around it. */
function wholeDemand(demands: readonly Series[], closed: readonly boolean[]): Series {
  return Float64Array.from(closed, (isClosed, day) => {
    if (isClosed) return Number.NaN;
    return demands.reduce((sum, demand) => {
      const value = demand[day] ?? 0;
      return sum + (Number.isNaN(value) ? meanAround(demand, day) : value);
    }, 0);
  });
}

function meanAround(demand: Series, day: number): number {
  const near = demand
    .subarray(Math.max(0, day - WEEK), day + WEEK + 1)
    .filter((value) => !Number.isNaN(value));
  return near.length === 0 ? 0 : near.reduce((sum, value) => sum + value, 0) / near.length;
}

function firstSale(demand: Series): number {
  const first = demand.findIndex((value) => value > 0);
  return first < 0 ? demand.length : first;
}

function sharesAhead(profiles: Profiles, tilt: Float64Array, kinds: DayKinds, days: number): Float64Array {
  const [shares, sharesOf] = [new Float64Array(MOST_DAYS * HOURS), sharesBy(tilt)];
  for (let ahead = 0; ahead < MOST_DAYS; ahead += 1) {
    shares.set(sharesOf(profileOf(profiles, kinds, days + ahead)), ahead * HOURS);
  }
  return shares;
}

interface Shape {
  readonly profiles: Profiles;
  readonly tilt: Float64Array;
  readonly kinds: DayKinds;
}

function testedHours(
  { tested }: Chosen,
  from: number,
  { units, soldOutMinutes }: HourlySales,
  { profiles, tilt, kinds }: Shape,
): Pick<HourForecast, 'widths' | 'accuracy'> {
  const [days, sharesOf] = [tested.expected.length, sharesBy(tilt)];
  const [actualOf, expectedOf] = [new Float64Array(days * HOURS), new Float64Array(days * HOURS)];
  let [naive, naiveHours, count, earlier] = [0, 0, 0, 0];
  for (let ahead = 0; ahead < days; ahead += 1) {
    const day = from + tested.from + ahead;
    const shares = sharesOf(profileOf(profiles, kinds, day));
    if (2 * ahead < days) earlier = count;
    for (let hour = 0; hour < HOURS; hour += 1) {
      const [at, expected] = [day * HOURS + hour, (tested.expected[ahead] ?? 0) * (shares[hour] ?? 0)];
      if (expected === 0 || (soldOutMinutes?.[at] ?? 0) > 0) continue;
      const actual = units[at] ?? 0;
      actualOf[count] = actual;
      expectedOf[count] = expected;
      count += 1;
      if (at < WEEK * HOURS) continue;
      naive += Math.abs(actual - (units[at - WEEK * HOURS] ?? 0));
      naiveHours += 1;
    }
  }
  const errors = actualOf.map(
    (actual, at) => (actual - (expectedOf[at] ?? 0)) / unitOf(expectedOf[at] ?? 0, 1),
  );
  const widths = widthsOf(errors.subarray(0, earlier));
  const accuracy = accuracyOf(
    {
      ...{ actual: actualOf, expected: expectedOf, count },
      intervalAt: (at) => intervalOf(expectedOf[at] ?? 0, 1, widths),
      isJudged: (at) => at >= earlier,
    },
    naiveHours === 0 ? 0 : naive / naiveHours,
  );
  return { widths: widthsOf(errors.subarray(0, count)), accuracy };
}
