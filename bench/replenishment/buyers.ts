/** Who order for the shop: as Kedai suggests, when it is low, and somebody who knows what guests will ask for and when trucks will come. */
import { addDays, type CalendarDay, calendarDay } from '../../platform/kit/calendar.js';
import { WEEKDAYS } from '../../platform/kit/opening-hours.js';
import {
  latenessOf,
  type Offer,
  type Policy,
  reckon,
} from '../../subgraphs/stock/domain/purchasing/replenishment.js';
import { forecastDemand } from '../../subgraphs/stock/domain/purchasing/replenishment-demand.js';
import { OPENS_AT } from '../simulate/day.js';
import { ARRIVAL_HOUR, type Buyer, expectedDayOf, type Incoming, type Morning } from './shop.js';
import { DAYS, type Goods, HOURS, type Year } from './year.js';

const MONDAY: CalendarDay = calendarDay('2026-01-05');
const HISTORY_DAYS = 28;
const LATEST_ORDERS = 20;
const OPENING_HOUR = OPENS_AT / 60;

/** As `purchaseSuggestions` reckons, with four weeks of what was sold, and the latest deliveries. */
export function suggesting(goods: Goods, policy: Policy): Buyer {
  return (morning) => {
    const { day, level, batches, incoming, sold, soldOut, lateBy } = morning;
    const from = Math.max(0, day - HISTORY_DAYS);
    const history = sold.slice(from, day).map((used, index) => ({
      ...{ weekday: (from + index) % 7, used, soldOut: soldOut[from + index] ?? [], isOpen: true },
    }));
    const offer: Offer = {
      supplier: {
        ...{ id: goods.name, leadTimeDays: goods.leadTimeDays },
        deliveryWeekdays: WEEKDAYS.filter((_, weekday) => goods.deliveryWeekdays.includes(weekday)),
      },
      ...{ packSize: goods.packSize, packPrice: goods.packPrice, minimumPacks: 1, isPreferred: true },
      lateness: latenessOf(
        lateBy.slice(-LATEST_ORDERS).map((lateDays) => ({ lateDays, hour: ARRIVAL_HOUR })),
      ),
      shelfLifeDays: goods.shelfLifeDays,
    };
    const position = {
      ...{ forecast: forecastDemand(history), available: level },
      batches:
        goods.shelfLifeDays === null
          ? []
          : batches.map(({ quantity, goodUntil }) => ({
              ...{ quantity, goodForDays: goodUntil - day + 1 - OPENING_HOUR / HOURS },
            })),
      incoming: incoming.map(({ quantity, expectedOn }) => ({
        ...{ quantity, isDraft: false },
        inDays: Math.max(0, expectedOn - day + (ARRIVAL_HOUR - OPENING_HOUR) / HOURS),
      })),
    };
    const now = { today: addDays(MONDAY, day), weekday: day % 7, hour: OPENING_HOUR };
    return reckon(position, offer, now, policy).packs;
  };
}

/**
 * At a reorder point, up to a level, both set by hand from the mean daily use of the latest weeks: so many days of it, and what spoils no more than
 * for its life.
 */
export function refillingWhenLow(goods: Goods, reorderDays: number, upToDays: number): Buyer {
  return ({ day, level, incoming, soldByDay }) => {
    const latest = soldByDay.slice(-HISTORY_DAYS);
    const daily = latest.reduce((sum, one) => sum + one, 0) / Math.max(1, latest.length);
    const position = level + quantityOf(incoming);
    const arrival = expectedDayOf(goods, day) - day;
    if (position > daily * (arrival + reorderDays)) return 0;
    const lasts = Math.min(upToDays, goods.shelfLifeDays ?? upToDays);
    return Math.max(0, Math.ceil((daily * (arrival + lasts) - position) / goods.packSize));
  };
}

/** Exactly what will be missing until the delivery after the next one, whatever it is and however late both will be. */
export function knowing(goods: Goods, demand: Year['demand'][number], lateBy: readonly number[]): Buyer {
  return (morning) => {
    const { day } = morning;
    const arrivesOn = expectedDayOf(goods, day) + (lateBy[day] ?? 0);
    let [next, nextArrivesOn] = [day + 1, arrivesOn];
    // The next order that does not come with this one, and comes latest of those of its delivery day.
    for (; next < DAYS; next += 1) {
      nextArrivesOn = expectedDayOf(goods, next) + (lateBy[next] ?? 0);
      if (nextArrivesOn > arrivesOn) break;
    }
    return Math.max(
      0,
      Math.ceil(missingUntil(goods, morning, demand, arrivesOn, nextArrivesOn) / goods.packSize),
    );
  };
}

/** What guests will ask for from the arrival on and will not be there, as what there is and comes is used and spoils meanwhile. */
function missingUntil(
  { shelfLifeDays }: Goods,
  { day, batches, incoming }: Morning,
  demand: Year['demand'][number],
  arrivesOn: number,
  until: number,
): number {
  const shelf = batches.map((batch) => ({ ...batch }));
  let missing = 0;
  for (let at = day; at <= until && at < DAYS; at += 1) {
    for (let hour = 0; hour < HOURS; hour += 1) {
      if (at === until && hour >= ARRIVAL_HOUR) break;
      if (hour === ARRIVAL_HOUR) {
        const come = quantityOf(incoming.filter((one) => one.arrivesOn === at));
        if (come > 0) shelf.push({ quantity: come, goodUntil: at + (shelfLifeDays ?? DAYS) });
      }
      let asked = demand[at]?.[hour] ?? 0;
      for (const batch of shelf) {
        const taken = batch.goodUntil < at ? 0 : Math.min(asked, batch.quantity);
        batch.quantity -= taken;
        asked -= taken;
      }
      const isThere = at > arrivesOn || (at === arrivesOn && hour >= ARRIVAL_HOUR);
      if (isThere) missing += asked;
    }
  }
  return missing;
}

function quantityOf(incoming: readonly Pick<Incoming, 'quantity'>[]): number {
  return incoming.reduce((sum, { quantity }) => sum + quantity, 0);
}
