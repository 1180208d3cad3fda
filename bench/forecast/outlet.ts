/**
 * An outlet's demand over two years by day, hour and item, by the seed alone, and what of it was sold. It is outside of what the models assume: it
 * multiplies where they add, wet spells and events that no calendar knows change days, trends break, tastes wander, and guests of what is sold out
 * take something else.
 */
import type { DayKinds } from '../../subgraphs/order/domain/forecast/calendar-effects.js';
import { HOURS, type HourlySales } from '../../subgraphs/order/domain/forecast/hours.js';
import { Random } from '../simulate/random.js';

export const DAYS = 730;
const ITEMS = 30;
const OPENS = 8;
const CLOSES = 22;
const RAMADAN = 'RAMADAN';
const HOLIDAY = 'PUBLIC_HOLIDAY';
const MEAN_UNITS_A_DAY = 320;
const SUBSTITUTED = 0.25;

export interface GeneratedItem {
  readonly sales: HourlySales;
  /** What was asked for on each day, sold or not. */
  readonly asked: Float64Array;
  /** The mean that it was drawn from: what an oracle expects. */
  readonly mean: Float64Array;
}

export interface GeneratedOutlet {
  readonly items: readonly GeneratedItem[];
  readonly kinds: DayKinds;
}

export function generateOutlet(seed: string): GeneratedOutlet {
  const random = new Random(seed);
  const kinds = kindsOf();
  const traffic = trafficOf(random.fork('traffic'), kinds);
  const hours = [hoursOf(random.fork('hours'), 0), hoursOf(random.fork('evenings'), 1)] as const;
  const popularity = Array.from(
    { length: ITEMS },
    (_, rank) => (rank + 1.5) ** -1.1 * Math.exp(0.3 * random.normal()),
  );
  const all = popularity.reduce((sum, one) => sum + one, 0);
  const wanted = popularity.map((share, index) =>
    wantedOf(random.fork(`item ${index}`), share / all, traffic, kinds, hours),
  );
  return { kinds, items: soldOf(random.fork('sold out'), wanted) };
}

interface Day {
  readonly guests: number;
  readonly isWet: boolean;
}

function trafficOf(random: Random, kinds: DayKinds): Day[] {
  const size = MEAN_UNITS_A_DAY * Math.exp(0.5 * random.normal());
  const weekdays = [0.9, 0.85, 0.9, 0.95, 1.15, 1.3, 1.05].map(
    (usual) => usual * Math.exp(0.12 * random.normal()),
  );
  const onHoliday = random.between(0.7, 1.5);
  const [inRamadan, duringRain] = [random.between(0.6, 0.85), random.between(0.7, 0.9)];
  let [trend, slope, isWet, noise] = [0, 0, false, 0];
  return kinds.map((kind, day) => {
    if (random.isTrueFor(1 / 120)) slope = 0.0015 * random.normal();
    if (random.isTrueFor(1 / 400)) trend += 0.15 * random.normal();
    trend += slope - 0.002 * trend;
    isWet = random.isTrueFor(isWet ? 0.7 : 0.12);
    noise = 0.35 * noise + 0.06 * random.normal();
    const season = 1 + 0.06 * Math.sin((2 * Math.PI * day) / 365);
    const event = random.isTrueFor(1 / 45) ? random.between(1.3, 1.9) : 1;
    const calendar = kind === RAMADAN ? inRamadan : kind === HOLIDAY ? onHoliday : 1;
    const guests =
      size *
      (weekdays[day % 7] ?? 1) *
      season *
      event *
      calendar *
      (isWet ? duringRain : 1) *
      Math.exp(trend + noise);
    return { guests, isWet };
  });
}

function hoursOf(random: Random, shift: number): number[] {
  const weights = Array.from({ length: HOURS }, (_, hour) => {
    if (hour < OPENS || hour >= CLOSES) return 0;
    const noon = Math.exp(-(((hour - 12.5) / 2) ** 2));
    const evening = Math.exp(-(((hour - 18.5) / 2) ** 2));
    return (
      (0.35 + noon * (1 - 0.8 * shift) + evening * (0.8 + 1.5 * shift)) * Math.exp(0.1 * random.normal())
    );
  });
  const all = weights.reduce((sum, one) => sum + one, 0);
  return weights.map((one) => one / all);
}

interface Wanted {
  readonly units: Float64Array;
  readonly mean: Float64Array;
}

function wantedOf(
  random: Random,
  share: number,
  traffic: readonly Day[],
  kinds: DayKinds,
  [usualHours, evenings]: readonly [number[], number[]],
): Wanted {
  const [units, mean] = [new Float64Array(DAYS * HOURS), new Float64Array(DAYS)];
  const [whenWet, atWeekends] = [random.between(0.75, 1.25), Math.exp(0.15 * random.normal())];
  const tilt = random.between(-0.06, 0.06);
  let taste = 0;
  traffic.forEach(({ guests, isWet }, day) => {
    taste = 0.995 * taste + 0.018 * random.normal();
    const weekend = day % 7 >= 5 ? atWeekends : 1;
    const expected = guests * share * Math.exp(taste) * (isWet ? whenWet : 1) * weekend;
    const hours = kinds[day] === RAMADAN ? evenings : usualHours;
    const tilted = hours.map((one, hour) => one * Math.exp(tilt * (hour - 15)));
    const all = tilted.reduce((sum, one) => sum + one, 0);
    mean[day] = expected;
    tilted.forEach((one, hour) => {
      units[day * HOURS + hour] = poisson(random, (expected * one) / all);
    });
  });
  return { units, mean };
}

/** Items run out at some hour for the rest of the day; some of their guests take the next item instead. */
function soldOf(random: Random, wanted: readonly Wanted[]): GeneratedItem[] {
  const items = wanted.map(({ units, mean }) => ({
    sales: { units: Float64Array.from(units), soldOutMinutes: new Uint8Array(DAYS * HOURS) },
    asked: Float64Array.from({ length: DAYS }, (_, day) => dayOf(units, day)),
    mean,
  }));
  items.forEach(({ sales }, index) => {
    const often = random.between(0.01, 0.12);
    for (let day = 0; day < DAYS; day += 1) {
      if (!random.isTrueFor(often)) continue;
      for (let hour = random.integer(OPENS + 3, CLOSES - 1); hour < CLOSES; hour += 1) {
        const at = day * HOURS + hour;
        const lost = wanted[index]?.units[at] ?? 0;
        sales.units[at] = (sales.units[at] ?? 0) - lost;
        sales.soldOutMinutes[at] = 60;
        const other = items[(index + 1) % items.length]?.sales;
        if (other !== undefined && other.soldOutMinutes[at] === 0) {
          other.units[at] = (other.units[at] ?? 0) + Math.round(SUBSTITUTED * lost);
        }
      }
    }
  });
  return items.map((item) => ({
    ...item,
    sales: { ...item.sales, units: item.sales.units.map((some) => Math.max(0, some)) },
  }));
}

function dayOf(hours: Float64Array, day: number): number {
  let sum = 0;
  for (let at = day * HOURS; at < (day + 1) * HOURS; at += 1) sum += hours[at] ?? 0;
  return sum;
}

/** Ramadan comes eleven days earlier in the second year; a dozen holidays lie around the year. */
function kindsOf(): DayKinds {
  const holidays = [10, 45, 78, 121, 152, 175, 200, 229, 268, 301, 340, 358];
  return Array.from({ length: DAYS }, (_, day) => {
    if ((day >= 90 && day < 120) || (day >= 444 && day < 474)) return RAMADAN;
    return holidays.includes(day % 365) ? HOLIDAY : null;
  });
}

/** Knuth's for small means; normal beyond. */
function poisson(random: Random, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const limit = Math.exp(-mean);
  let [count, product] = [0, random.uniform()];
  while (product > limit) {
    count += 1;
    product *= random.uniform();
  }
  return count;
}
