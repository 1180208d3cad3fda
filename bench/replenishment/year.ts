/**
 * A year of an outlet's demand and of its suppliers, by the seed alone. What it does is not what the forecast assumes: rain keeps guests away for
 * days, promotions and holidays bring them, trends turn, some days a whole party comes.
 */
import { GUESTS_BY_HOUR, OPENS_AT } from '../simulate/day.js';
import { Random } from '../simulate/random.js';

export const DAYS = 365;
export const HOURS = 24;
const DRINKS_A_DAY = 350;
/** From Monday on. */
const BY_WEEKDAY = [0.85, 0.85, 0.9, 0.95, 1.15, 1.35, 1.1];
const OPENING_HOUR = OPENS_AT / 60;

/** An item and who sells it; quantities in its unit, prices in rupiah. */
export interface Goods {
  readonly name: string;
  /** Of what guests order, the share that takes of it, and how much that takes. */
  readonly share: number;
  readonly portion: number;
  readonly packSize: number;
  readonly packPrice: number;
  readonly leadTimeDays: number;
  /** 0 for Monday; empty for every day. */
  readonly deliveryWeekdays: readonly number[];
  /** How late its goods may come: the share of deliveries, and by how many days. */
  readonly late: number;
  readonly lateDays: number;
  /** How many days they are good; null for what does not spoil. */
  readonly shelfLifeDays: number | null;
}

const MONDAY_TO_SATURDAY = [0, 1, 2, 3, 4, 5];

/** As the demo chain buys it. */
export const GOODS: readonly Goods[] = [
  {
    ...{ name: 'milk', share: 0.45, portion: 150, packSize: 12_000, packPrice: 204_000 },
    ...{ leadTimeDays: 1, deliveryWeekdays: MONDAY_TO_SATURDAY, late: 0.1, lateDays: 1, shelfLifeDays: 7 },
  },
  {
    ...{ name: 'croissant', share: 0.06, portion: 1, packSize: 12, packPrice: 126_000 },
    ...{ leadTimeDays: 1, deliveryWeekdays: MONDAY_TO_SATURDAY, late: 0.05, lateDays: 1, shelfLifeDays: 2 },
  },
  {
    ...{ name: 'banana bread', share: 0.025, portion: 1, packSize: 6, packPrice: 66_000 },
    ...{ leadTimeDays: 1, deliveryWeekdays: MONDAY_TO_SATURDAY, late: 0.05, lateDays: 1, shelfLifeDays: 3 },
  },
  {
    ...{ name: 'mango', share: 0.08, portion: 80, packSize: 5_000, packPrice: 210_000 },
    ...{ leadTimeDays: 1, deliveryWeekdays: [], late: 0.15, lateDays: 1, shelfLifeDays: 4 },
  },
  {
    ...{ name: 'cheese cream', share: 0.1, portion: 40, packSize: 2_000, packPrice: 190_000 },
    ...{ leadTimeDays: 1, deliveryWeekdays: [0, 2, 4], late: 0.1, lateDays: 1, shelfLifeDays: 10 },
  },
  {
    ...{ name: 'black tea', share: 0.35, portion: 8, packSize: 5_000, packPrice: 425_000 },
    ...{ leadTimeDays: 3, deliveryWeekdays: [1, 4], late: 0.15, lateDays: 3, shelfLifeDays: null },
  },
  {
    ...{ name: 'sugar syrup', share: 0.7, portion: 25, packSize: 20_000, packPrice: 310_000 },
    ...{ leadTimeDays: 4, deliveryWeekdays: [2], late: 0.15, lateDays: 2, shelfLifeDays: null },
  },
  {
    ...{ name: 'cups', share: 0.8, portion: 1, packSize: 1_000, packPrice: 620_000 },
    ...{ leadTimeDays: 5, deliveryWeekdays: [1], late: 0.2, lateDays: 4, shelfLifeDays: null },
  },
];

export interface Year {
  /** Of each of the goods: what guests ask for, by day and hour. */
  readonly demand: readonly (readonly (readonly number[])[])[];
  /** By how many days goods of an order that was sent on a day are late. */
  readonly lateBy: readonly (readonly number[])[];
}

export function generateYear(seed: string): Year {
  const random = new Random(seed);
  const traffic = trafficOf(random.fork('traffic'));
  return {
    demand: GOODS.map((goods, index) => demandOf(goods, traffic, random.fork(`demand ${index}`))),
    lateBy: GOODS.map(({ name, late, lateDays }) => {
      const draws = random.fork(`late ${name}`);
      return Array.from({ length: DAYS }, () => (draws.isTrueFor(late) ? draws.integer(1, lateDays) : 0));
    }),
  };
}

/** Guests of each day, to the mean. */
function trafficOf(random: Random): number[] {
  const growth = random.between(-0.15, 0.5);
  const turn = random.between(0, 2 * Math.PI);
  let wet = 0;
  let promotion = 0;
  let boost = 1;
  return Array.from({ length: DAYS }, (_, day) => {
    // Wet spells, more often in the rainy half of the year.
    wet = random.isTrueFor(wet > 0 ? 0.6 : 0.15 + 0.1 * Math.cos((2 * Math.PI * day) / DAYS)) ? 1 : 0;
    if (promotion > 0) promotion -= 1;
    else if (random.isTrueFor(1 / 45)) {
      promotion = random.integer(3, 7);
      boost = random.between(1.2, 1.5);
    }
    const trend = 1 + (growth * day) / DAYS + 0.08 * Math.sin(turn + (2 * Math.PI * day) / DAYS);
    const party = random.isTrueFor(0.02) ? 1.4 : 1;
    const ofWeekday = BY_WEEKDAY[day % 7] ?? 1;
    return (
      ofWeekday *
      trend *
      (wet === 1 ? random.between(0.65, 0.9) : 1) *
      (promotion > 0 ? boost : 1) *
      party *
      Math.exp(random.normal() * 0.08)
    );
  });
}

function demandOf({ share, portion }: Goods, traffic: readonly number[], random: Random): number[][] {
  const ofDay = GUESTS_BY_HOUR.reduce((sum, guests) => sum + guests, 0);
  // Tastes wander by weeks.
  let taste = 0;
  return traffic.map((guests) => {
    taste = 0.97 * taste + random.normal() * 0.03;
    const drinks = DRINKS_A_DAY * guests * share * Math.exp(taste);
    return Array.from({ length: HOURS }, (_, hour) => {
      const mean = (drinks * (GUESTS_BY_HOUR[hour - OPENING_HOUR] ?? 0)) / ofDay;
      // Of many guests the number is normal, of few it is as good as Poisson's.
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal())) * portion;
    });
  });
}
