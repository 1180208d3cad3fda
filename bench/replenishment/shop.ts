/** A shop of one of the goods over a year: what it has, what it sells, what it throws away, and what its orders bring. Oldest goods go first. */
import { DAYS, type Goods, HOURS, type Year } from './year.js';

export interface Books {
  /** Margin of what could not be sold, and cost of what was thrown away. */
  readonly lost: number;
  readonly wasted: number;
  /** Of what guests asked for, the share that was there. */
  readonly served: number;
  /** Of what there was at the end of days, how many mean days it would have lasted. */
  readonly stockDays: number;
  readonly orders: number;
}

interface Batch {
  quantity: number;
  /** The last day on which it is good. */
  readonly goodUntil: number;
}

export interface Incoming {
  readonly quantity: number;
  /** As the supplier says. */
  readonly expectedOn: number;
  readonly arrivesOn: number;
}

/** What one sees at opening, before the day's goods have come. */
export interface Morning {
  readonly day: number;
  readonly level: number;
  readonly batches: readonly Readonly<Batch>[];
  /** On the way. */
  readonly incoming: readonly Incoming[];
  /** By day and hour: what was sold, and whether nothing was left. */
  readonly sold: readonly (readonly number[])[];
  readonly soldOut: readonly (readonly number[])[];
  readonly soldByDay: readonly number[];
  /** How late each delivery so far was, in days. */
  readonly lateBy: readonly number[];
}

/** How many packs to order this morning. */
export type Buyer = (morning: Morning) => number;

/** The hour of the day at which goods come. */
export const ARRIVAL_HOUR = 10;
/** Before the books begin: half of them somebody orders who knows, so that there are sales to go by, then the one whose books they are. */
export const WARM_UP_DAYS = 56;

/** On the first delivery day after the lead time. Days are counted from a Monday. */
export function expectedDayOf({ leadTimeDays, deliveryWeekdays }: Goods, sentOn: number): number {
  let day = sentOn + leadTimeDays;
  while (deliveryWeekdays.length > 0 && !deliveryWeekdays.includes(day % 7)) day += 1;
  return day;
}

/** @param marginPerCost what a rupiah of the goods earns beside itself. */
export function runYear(
  goods: Goods,
  { demand, lateBy }: { readonly demand: Year['demand'][number]; readonly lateBy: readonly number[] },
  buyerAt: (day: number) => Buyer,
  marginPerCost: number,
): Books {
  const cost = goods.packPrice / goods.packSize;
  let batches: Batch[] = [];
  let incoming: Incoming[] = [];
  const sold: number[][] = [];
  const soldOut: number[][] = [];
  const soldByDay: number[] = [];
  const late: number[] = [];
  const books = { asked: 0, missed: 0, wasted: 0, level: 0, orders: 0 };
  for (let day = 0; day < DAYS; day += 1) {
    const isBooked = day >= WARM_UP_DAYS;
    const morning = {
      day,
      level: levelOf(batches),
      batches,
      incoming,
      sold,
      soldOut,
      soldByDay,
      lateBy: late,
    };
    const packs = buyerAt(day)(morning);
    if (packs > 0) {
      const expectedOn = expectedDayOf(goods, day);
      const arrivesOn = expectedOn + (lateBy[day] ?? 0);
      incoming = [...incoming, { quantity: packs * goods.packSize, expectedOn, arrivesOn }];
      if (isBooked) books.orders += 1;
    }
    const soldToday: number[] = [];
    const outToday: number[] = [];
    for (let hour = 0; hour < HOURS; hour += 1) {
      if (hour === ARRIVAL_HOUR) {
        for (const { quantity, arrivesOn, expectedOn } of incoming.filter((one) => one.arrivesOn === day)) {
          batches.push({ quantity, goodUntil: day + (goods.shelfLifeDays ?? 10 * DAYS) });
          late.push(arrivesOn - expectedOn);
        }
        incoming = incoming.filter(({ arrivesOn }) => arrivesOn > day);
      }
      const asked = demand[day]?.[hour] ?? 0;
      const level = levelOf(batches);
      const given = Math.min(asked, level);
      take(batches, given);
      soldToday.push(given);
      // Of an hour in which the last was sold, it is not known when.
      outToday.push(asked > 0 && level - given < goods.portion ? (given === 0 ? 1 : 0.5) : 0);
      if (isBooked) {
        books.asked += asked;
        books.missed += asked - given;
      }
    }
    sold.push(soldToday);
    soldByDay.push(soldToday.reduce((sum, one) => sum + one, 0));
    soldOut.push(outToday);
    const spoilt = batches.filter(({ goodUntil }) => goodUntil <= day);
    if (isBooked) {
      books.wasted += levelOf(spoilt);
      books.level += levelOf(batches);
    }
    batches = batches.filter(({ goodUntil, quantity }) => goodUntil > day && quantity > 0);
  }
  return {
    lost: books.missed * cost * marginPerCost,
    wasted: books.wasted * cost,
    served: books.asked === 0 ? 1 : 1 - books.missed / books.asked,
    stockDays: books.asked === 0 ? 0 : books.level / books.asked,
    orders: books.orders,
  };
}

function levelOf(batches: readonly Readonly<Batch>[]): number {
  return batches.reduce((sum, { quantity }) => sum + quantity, 0);
}

function take(batches: Batch[], quantity: number): void {
  let left = quantity;
  for (const batch of batches) {
    const taken = Math.min(left, batch.quantity);
    batch.quantity -= taken;
    left -= taken;
  }
}
