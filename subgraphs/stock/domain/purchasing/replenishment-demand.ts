/**
 * What will be asked for of an item, from what was used of it by weekday and hour. An hour in which it was sold out says nothing about
 * demand: it is left out, not counted as 0. Latest days count most.
 */

/** What was measured of an item on a day of its outlet. */
export interface UseDay {
  /** 0 for Monday, 6 for Sunday. */
  readonly weekday: number;
  /** By hour of the day, without waste. */
  readonly used: readonly number[];
  /** Of each hour, the share in which it was sold out, from 0 to 1. */
  readonly soldOut: readonly number[];
  /** Whether the outlet used anything at all. */
  readonly isOpen: boolean;
}

export interface DemandForecast {
  /** On a day of each weekday, from Monday on. */
  readonly byWeekday: readonly number[];
  /** Of a day of each weekday, the share of each hour. */
  readonly shares: readonly (readonly number[])[];
  /** Standard deviation of a day's demand from its forecast. */
  readonly spread: number;
  /** How many days were measured; those on which the outlet was closed, or the item sold out nearly all day, are not among them. */
  readonly days: number;
  /** How many hours were left out. */
  readonly soldOutHours: number;
}

const HOURS = 24;
const WEEK = 7;
/** A day's weight to that of the day after it. */
const FADING = 0.94;
/** A weekday's own pattern counts as much as so many of its days. */
const PRIOR_DAYS = 1;
/** Less of a day than this says too little of the whole. */
const LEAST_SEEN = 0.3;
/** Days that are like the days before them, as in rain, differ more from the forecast together than each of them by chance. */
const SPANS = [1, 2, 4];
/** Of so few days the spread is unknown: it is taken to be half of a day's demand at least. */
const FEW_DAYS = 14;

/** @param history oldest day first. */
export function forecastDemand(history: readonly UseDay[]): DemandForecast {
  const open = history.filter(({ isOpen }) => isOpen);
  const profile = hourlyMeans(open);
  const ofDay = sum(profile);
  const days = open.map((day) => ({ ...day, seen: seenOf(day, profile, ofDay) }));
  const known = days
    .map((day, index) => ({
      weekday: day.weekday,
      demand: Math.max(0, sum(day.used)) / day.seen,
      weight: day.seen * FADING ** (days.length - 1 - index),
      seen: day.seen,
    }))
    .filter(({ seen }) => seen >= LEAST_SEEN);
  const factors = weekdayFactors(known, closedWeekdays(history));
  const level = weightedMean(
    known.map(({ weekday, demand, weight }) => {
      const factor = factors[weekday] ?? 1;
      return { value: factor === 0 ? 0 : demand / factor, weight: factor === 0 ? 0 : weight };
    }),
  );
  const byWeekday = factors.map((factor) => level * factor);
  return {
    byWeekday,
    shares: byWeekday.map((_, weekday) =>
      sharesOf(
        open.filter((day) => day.weekday === weekday),
        profile,
      ),
    ),
    spread: spreadOf(known, byWeekday, level),
    days: known.length,
    soldOutHours: sum(open.flatMap(({ soldOut }) => soldOut)),
  };
}

/** Of each hour, what is used in it while there is something. */
function hourlyMeans(days: readonly UseDay[]): number[] {
  return Array.from({ length: HOURS }, (_, hour) => {
    const seen = sum(days.map(({ soldOut }) => 1 - (soldOut[hour] ?? 0)));
    const used = sum(days.map(({ used }) => used[hour] ?? 0));
    return seen === 0 ? 0 : Math.max(0, used / seen);
  });
}

/** Which share of a usual day's demand came while there was something. */
function seenOf({ soldOut }: UseDay, profile: readonly number[], ofDay: number): number {
  if (ofDay === 0) return 1;
  return sum(profile.map((mean, hour) => mean * (1 - (soldOut[hour] ?? 0)))) / ofDay;
}

interface Known {
  readonly weekday: number;
  readonly demand: number;
  readonly weight: number;
}

/** Of each weekday, its demand to that of a mean day. */
function weekdayFactors(known: readonly Known[], closed: ReadonlySet<number>): number[] {
  const mean = sum(known.map(({ demand }) => demand)) / Math.max(1, known.length);
  return Array.from({ length: WEEK }, (_, weekday) => {
    if (closed.has(weekday)) return 0;
    const own = known.filter((day) => day.weekday === weekday);
    if (mean === 0) return 1;
    return (sum(own.map(({ demand }) => demand)) / mean + PRIOR_DAYS) / (own.length + PRIOR_DAYS);
  });
}

/** Those on which the outlet was closed each time, twice at least. */
function closedWeekdays(history: readonly UseDay[]): ReadonlySet<number> {
  const weekdays = Array.from({ length: WEEK }, (_, weekday) => weekday);
  return new Set(
    weekdays.filter((weekday) => {
      const own = history.filter((day) => day.weekday === weekday);
      return own.length >= 2 && own.every(({ isOpen }) => !isOpen);
    }),
  );
}

function sharesOf(own: readonly UseDay[], profile: readonly number[]): number[] {
  const means = hourlyMeans(own);
  const mixed = profile.map(
    (mean, hour) => ((means[hour] ?? 0) * own.length + mean * PRIOR_DAYS) / (own.length + PRIOR_DAYS),
  );
  const ofDay = sum(mixed);
  return mixed.map((mean) => (ofDay === 0 ? 1 / HOURS : mean / ofDay));
}

function spreadOf(known: readonly Known[], byWeekday: readonly number[], level: number): number {
  if (known.length === 0) return 0;
  const errors = known.map(({ weekday, demand }) => demand - (byWeekday[weekday] ?? 0));
  const spread = Math.max(...SPANS.map((days) => spreadOfSums(errors, days)));
  return known.length < FEW_DAYS ? Math.max(spread, level / 2) : spread;
}

/** Of sums of so many days in a row, by day as if days did not depend on each other. */
function spreadOfSums(errors: readonly number[], days: number): number {
  const sums = errors.slice(days - 1).map((_, index) => sum(errors.slice(index, index + days)));
  const squares = sum(sums.map((error) => error ** 2));
  return Math.sqrt(squares / Math.max(1, sums.length - 1) / days);
}

/** A moment of the outlet's clocks: `hour` may have decimals. */
export interface Clock {
  readonly weekday: number;
  readonly hour: number;
}

/** The demand of the next so many days, which may have decimals. */
export function demandOver({ byWeekday, shares }: DemandForecast, now: Clock, days: number): number {
  let demand = 0;
  let hour = now.hour;
  let left = days * HOURS;
  for (let day = 0; left > 0; day += 1) {
    const weekday = (now.weekday + day) % WEEK;
    const until = Math.min(HOURS, hour + left);
    demand += (byWeekday[weekday] ?? 0) * shareBetween(shares[weekday] ?? [], hour, until);
    left -= until - hour;
    hour = 0;
  }
  return demand;
}

/** After how many days so much has been asked for: what an amount lasts. `limit` at the most. */
export function daysUntilAsked(
  { byWeekday, shares }: DemandForecast,
  now: Clock,
  amount: number,
  limit: number,
): number {
  if (amount < 0) return 0;
  const end = now.hour + limit * HOURS;
  let left = amount;
  for (let from = now.hour; from < end; ) {
    const hour = Math.floor(from);
    const until = Math.min(hour + 1, end);
    const weekday = (now.weekday + Math.floor(hour / HOURS)) % WEEK;
    const asked = (byWeekday[weekday] ?? 0) * (shares[weekday]?.[hour % HOURS] ?? 0) * (until - from);
    if (asked > left) return (from + ((until - from) * left) / asked - now.hour) / HOURS;
    left -= asked;
    from = until;
  }
  return limit;
}

function shareBetween(shares: readonly number[], from: number, until: number): number {
  return sum(
    shares.map((share, hour) => share * Math.max(0, Math.min(until, hour + 1) - Math.max(from, hour))),
  );
}

function weightedMean(values: readonly { readonly value: number; readonly weight: number }[]): number {
  const weight = sum(values.map((one) => one.weight));
  return weight === 0 ? 0 : sum(values.map((one) => one.value * one.weight)) / weight;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
