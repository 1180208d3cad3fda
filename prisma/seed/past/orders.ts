/**
 * The orders of the demo's past: the simulator's days (bench/simulate/day.ts) played without a clock. The same for the same days.
 */
import { v7 } from 'uuid';
import { CLOSES_AT, OPENS_AT, planDay } from '../../../bench/simulate/day.js';
import { Random } from '../../../bench/simulate/random.js';
import type { OptionGroup } from '../../../platform/events/event-types.js';
import { tagged } from '../../../platform/ids.js';
import { addDays, type CalendarDay, dayIn, startOfDay } from '../../../platform/kit/calendar.js';
import { add } from '../../../platform/money.js';
import type { OrderCharges } from '../../../platform/order-charges.js';
import { pbjtBasisPoints, ppnBasisPoints } from '../../../platform/outlet-settings/registry.js';
import { type ChargeRules, chargesOf } from '../../../subgraphs/order/domain/charges.js';
import { CATALOGUE } from '../catalogue.js';
import { BUDI_ID, HEAD_OFFICE_ID, SARI_ID, type SeedOutlet, STAFFED_OUTLET_ID } from '../chain.js';
import type { SeedMenuItem } from '../menu-items.js';
import { PLATE, PLATE_AT, PLATE_SERVINGS } from './running-low.js';

export const PAST_DAYS = 28;
const SEED = 'kedai';
/** The outlet of the demo accounts is busy; of the others there are many. */
const ORDERS_A_DAY = 24;
const ORDERS_A_DAY_ELSEWHERE = 1;
/** From Sunday on. */
const WEEKDAYS = [1.2, 0.85, 0.85, 0.9, 1, 1.2, 1.35];

const SECOND = 1_000;
const METHODS = ['QRIS', 'GOPAY', 'CASH', 'OVO', 'CARD', 'DANA'] as const;
const PROVIDERS = {
  QRIS: 'MIDTRANS',
  GOPAY: 'MIDTRANS',
  CARD: 'MIDTRANS',
  OVO: 'XENDIT',
  DANA: 'XENDIT',
  CASH: 'CASH',
} as const;

/** What holds where nothing is set. */
const RULES: ChargeRules = {
  ...{ serviceChargeRate: 0, pbjtRate: pbjtBasisPoints.default, ppnRate: ppnBasisPoints.default },
  ...{ isTaxIncluded: true, roundingUnit: 1, roundingDirection: 'NEAREST' },
};

export interface PastLine {
  readonly item: SeedMenuItem;
  readonly quantity: number;
  readonly options: OptionGroup['options'];
  readonly unitPrice: number;
  readonly subtotal: number;
}

/** Completed; moments are milliseconds since 1970. */
export interface PastOrder {
  readonly id: string;
  readonly paymentId: string;
  readonly outlet: SeedOutlet;
  /** The outlet's. */
  readonly day: CalendarDay;
  readonly takenBy: string;
  readonly lines: readonly PastLine[];
  readonly total: number;
  readonly charges: OrderCharges;
  readonly method: keyof typeof PROVIDERS;
  readonly provider: (typeof PROVIDERS)[keyof typeof PROVIDERS];
  readonly placedAt: number;
  readonly awaitingAt: number;
  readonly paidAt: number;
  readonly preparingAt: number;
  readonly readyAt: number;
  readonly completedAt: number;
}

const OWN_PRICES = new Map(CATALOGUE.outletPrices.map((one) => [`${one.outletId} ${one.menuItemId}`, one]));
const SOLD = CATALOGUE.menuItems.filter(({ isLimited, season }) => !isLimited && season === null);

/** The days before `now`, as each outlet counts them; in the order in which orders were placed. */
export function pastOrders(now: Date): PastOrder[] {
  const random = new Random(`${SEED} past`);
  return CATALOGUE.outlets
    .flatMap((outlet, index) => ordersOf(outlet, random.fork(`outlet ${index}`), now))
    .sort((one, other) => one.placedAt - other.placedAt);
}

const beginnings = new Map<string, number>();

/** When the day begins there, in milliseconds since 1970; worked out once. */
export function beginningOf(day: CalendarDay, timeZone: string): number {
  const key = `${day} ${timeZone}`;
  const begins = beginnings.get(key) ?? startOfDay(day, timeZone).getTime();
  beginnings.set(key, begins);
  return begins;
}

/** Oldest first. */
export function pastDays(timeZone: string, now: Date): CalendarDay[] {
  const today = dayIn(timeZone, now);
  return Array.from({ length: PAST_DAYS }, (_, index) => addDays(today, index - PAST_DAYS));
}

function ordersOf(outlet: SeedOutlet, random: Random, now: Date): PastOrder[] {
  const mean = outlet.id === STAFFED_OUTLET_ID ? ORDERS_A_DAY : ORDERS_A_DAY_ELSEWHERE;
  const offered = SOLD.filter(({ id }) => ownPrice(outlet, id)?.isOffered ?? true);
  return pastDays(outlet.timeZone, now).flatMap((day, index) => {
    const begins = beginningOf(day, outlet.timeZone);
    const draws = random.fork(`day ${index}`);
    const plan = planDay(draws);
    const busy = WEEKDAYS[new Date(day).getUTCDay()] ?? 1;
    const count = Math.max(1, Math.round(mean * busy * draws.between(0.85, 1.15)));
    return Array.from({ length: count }, (_, place) => {
      const isPlate = place === 0;
      const minute = isPlate ? draws.between(PLATE_AT, PLATE_AT + 30) : minuteIn(plan, draws);
      const placedAt = begins + Math.floor(minute * 60) * SECOND;
      return order(outlet, day, placedAt, offered, isPlate ? PLATE : [], draws);
    });
  });
}

function minuteIn({ guestsAt }: ReturnType<typeof planDay>, random: Random): number {
  const most = 2;
  for (;;) {
    const minute = random.between(OPENS_AT, CLOSES_AT - 15);
    if (random.uniform() * most < guestsAt(minute)) return minute;
  }
}

function order(
  outlet: SeedOutlet,
  day: CalendarDay,
  placedAt: number,
  offered: readonly SeedMenuItem[],
  plate: readonly SeedMenuItem[],
  random: Random,
): PastOrder {
  const chosenLines = Array.from({ length: random.isTrueFor(0.7) ? 1 : random.integer(2, 3) }, () =>
    line(outlet, offered, random),
  );
  const lines = [...chosenLines, ...plate.map((item) => lineOf(outlet, item, [], PLATE_SERVINGS))];
  const { total, ...charges } = chargesOf(
    lines.map(({ item, subtotal }) => ({ subtotal, taxClass: item.taxClass })),
    0,
    RULES,
  );
  const method = random.pickPopular(METHODS);
  const paidAt = placedAt + random.integer(15, 60) * SECOND;
  const preparingAt = paidAt + random.integer(20, 150) * SECOND;
  const readyAt = preparingAt + random.integer(60, 240) * SECOND;
  return {
    ...{ id: idAt(placedAt, 'Order', random), paymentId: idAt(placedAt + 5 * SECOND, 'Payment', random) },
    ...{
      outlet,
      day,
      lines,
      total,
      charges,
      method,
      provider: PROVIDERS[method],
      takenBy: staffOf(outlet, random),
    },
    ...{ placedAt, awaitingAt: placedAt + SECOND, paidAt, preparingAt, readyAt },
    completedAt: readyAt + random.integer(20, 300) * SECOND,
  };
}

function ownPrice({ id }: SeedOutlet, menuItemId: string) {
  return OWN_PRICES.get(`${id} ${menuItemId}`);
}

function line(outlet: SeedOutlet, offered: readonly SeedMenuItem[], random: Random): PastLine {
  const item = random.pickPopular(offered);
  const options = item.optionGroups.flatMap((group) => chosen(group, random));
  return lineOf(outlet, item, options, random.isTrueFor(0.8) ? 1 : 2);
}

function lineOf(
  outlet: SeedOutlet,
  item: SeedMenuItem,
  options: PastLine['options'],
  quantity: number,
): PastLine {
  const price = ownPrice(outlet, item.id)?.price ?? item.price;
  const unitPrice = add(price, ...options.map(({ priceDelta }) => priceDelta));
  return { item, quantity, options, unitPrice, subtotal: unitPrice * quantity };
}

/** Mostly the defaults. */
function chosen({ options, maximum }: OptionGroup, random: Random): OptionGroup['options'] {
  if (maximum === 1 && random.isTrueFor(0.25)) return [random.pick(options)];
  return options.filter(({ isDefault }) => isDefault);
}

function staffOf({ id }: SeedOutlet, random: Random): string {
  if (id !== STAFFED_OUTLET_ID) return HEAD_OFFICE_ID;
  return random.isTrueFor(0.7) ? SARI_ID : BUDI_ID;
}

/** A UUIDv7 of a moment in the past. */
export function idAt(milliseconds: number, type: string | null, random: Random): string {
  const bytes = new Uint8Array(Uint32Array.from({ length: 4 }, () => random.uniform() * 2 ** 32).buffer);
  const id = v7({ msecs: milliseconds, random: bytes });
  return type === null ? id : tagged(id, type);
}
