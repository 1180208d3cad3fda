/**
 * What a day in the chain is like, by its seed alone: when guests come, the weather that keeps them away, how many work in a kitchen,
 * when trucks deliver, and what goes wrong with scales. Minutes are of the day, in the outlets' own time.
 */
import type { Random } from './random.js';

/** From opening to closing. */
export const OPENS_AT = 7 * 60;
export const CLOSES_AT = 22 * 60;

/** Guests by hour from 7 to 21: lunch, the end of work, and the evening. */
export const GUESTS_BY_HOUR = [0.4, 0.7, 0.8, 0.9, 1.2, 1.7, 1.5, 1.1, 1.0, 1.2, 1.6, 1.5, 1.1, 0.8, 0.5];
const GUESTS_IN_RAIN = 0.6;
const HANDS_IN_QUIET_HOURS = 2;
const HANDS_AT_PEAKS = 4;
const IS_PEAK_FROM = 1.2;
export const TRUCKS_AT = [9.5 * 60, 15.5 * 60];

export type Weather = 'dry' | 'rain';

export interface Day {
  weatherAt(minute: number): Weather;
  /** To the mean of the day, 0 while outlets are closed. */
  guestsAt(minute: number): number;
  /** Who work in a kitchen. */
  handsAt(minute: number): number;
  /** The mean of `guestsAt` over a part of the day. */
  meanGuests(from: number, until: number): number;
}

export function planDay(random: Random): Day {
  const draws = random.fork('weather');
  const rainFrom = draws.between(12 * 60, 17 * 60);
  const rainUntil = draws.isTrueFor(0.6) ? rainFrom + draws.between(30, 150) : rainFrom;
  const weatherAt = (minute: number): Weather =>
    minute % 1_440 >= rainFrom && minute % 1_440 < rainUntil ? 'rain' : 'dry';
  const byHour = (minute: number): number =>
    GUESTS_BY_HOUR[Math.floor(((minute % 1_440) - OPENS_AT) / 60)] ?? 0;
  const guestsAt = (minute: number): number =>
    byHour(minute) * (weatherAt(minute) === 'rain' ? GUESTS_IN_RAIN : 1);
  return {
    weatherAt,
    guestsAt,
    handsAt: (minute) => (byHour(minute) >= IS_PEAK_FROM ? HANDS_AT_PEAKS : HANDS_IN_QUIET_HOURS),
    meanGuests(from, until) {
      let sum = 0;
      let steps = 0;
      for (let minute = from; minute < until; minute += 1, steps += 1) sum += guestsAt(minute);
      return steps === 0 ? guestsAt(from) : sum / steps;
    },
  };
}

/** What befalls one scale; minutes of the day. Null and empty where nothing does. */
export interface ScaleFaults {
  /** Grams an hour by which it comes to weigh wrongly, as load cells do. */
  readonly driftAnHour: number;
  readonly rebootsAt: readonly number[];
  /** When its battery is flat. */
  readonly flatAt: number | null;
  /** When somebody takes a part of what lies on it, for no order. */
  readonly theft: { readonly at: number; readonly share: number } | null;
  /** From when on it weighs anything. */
  readonly brokenFrom: number | null;
}

const REBOOTS = 0.1;
const FLAT_BATTERIES = 0.01;
const DRIFT_GRAMS_AN_HOUR = 0.5;

/** Of each scale, in the order given. One of them is stolen from and another breaks, in the middle half of the time given. */
export function planFaults(
  random: Random,
  scales: number,
  from: number,
  until: number,
): readonly ScaleFaults[] {
  const draws = random.fork('faults');
  const inTheMiddle = () => draws.between(from + (until - from) / 4, until - (until - from) / 4);
  const stolenFrom = draws.integer(0, scales - 1);
  const broken = scales < 2 ? -1 : (stolenFrom + draws.integer(1, scales - 1)) % scales;
  return Array.from({ length: scales }, (_, index) => {
    const own = draws.fork(String(index));
    return {
      driftAnHour: own.normal() * DRIFT_GRAMS_AN_HOUR,
      rebootsAt: own.isTrueFor(REBOOTS) ? [own.between(from, until)] : [],
      flatAt:
        own.isTrueFor(FLAT_BATTERIES) && index !== stolenFrom && index !== broken
          ? own.between(from, until)
          : null,
      theft: index === stolenFrom ? { at: inTheMiddle(), share: 0.4 } : null,
      brokenFrom: index === broken ? inTheMiddle() : null,
    };
  });
}

/** A day on which nothing breaks and nothing is stolen. */
export function withoutIncidents(faults: readonly ScaleFaults[]): readonly ScaleFaults[] {
  return faults.map((scale) => ({ ...scale, flatAt: null, theft: null, brokenFrom: null }));
}
