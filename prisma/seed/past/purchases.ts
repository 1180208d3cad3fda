/**
 * Orders to the chain's suppliers for what the past used, and the deliveries that came of them: some bring a pack less, or one more. What runs low
 * is hardly ordered.
 */
import { Random } from '../../../bench/simulate/random.js';
import { addDays, type CalendarDay, dayIn, daysBetween, momentAt } from '../../../platform/kit/calendar.js';
import { add } from '../../../platform/money.js';
import { expectedDay } from '../../../subgraphs/stock/domain/purchasing/expected-delivery.js';
import { CATALOGUE, type SeedStockItem } from '../catalogue.js';
import type { SeedOutlet } from '../chain.js';
import { idAt, pastDays } from './orders.js';
import { BREAD_ORDERED_ON, ORDERED_BREAD, runsLow } from './running-low.js';
import type { PastUse } from './stock.js';

const ORDERED_EVERY_DAYS = 7;
const HOUR = 60;
/** Of a pack. */
const LEAST_MISSING = 0.05;
const PACK_MISSING = 0.3;
const PACK_MORE = 0.04;

export interface PastPurchase {
  readonly id: string;
  readonly supplier: (typeof CATALOGUE.suppliers)[number];
  readonly outlet: SeedOutlet;
  readonly madeAt: number;
  readonly expectedOn: CalendarDay;
  readonly lines: readonly PastPurchaseLine[];
  readonly total: number;
  /** Null for one that is still on the way. */
  readonly delivery: { readonly id: string; readonly at: number; readonly isShort: boolean } | null;
}

export interface PastPurchaseLine {
  readonly item: SeedStockItem;
  readonly packSize: number;
  readonly packPrice: number;
  readonly packs: number;
  readonly received: number;
  readonly bestBefore: CalendarDay | null;
}

/** @param uses of the outlets, in their order. In the order in which they were made. */
export function pastPurchases(uses: readonly PastUse[], now: Date): PastPurchase[] {
  return CATALOGUE.outlets
    .flatMap((outlet, index) => {
      const use = uses[index];
      return use === undefined ? [] : purchasesOf(outlet, use, new Random(`past purchases ${index}`), now);
    })
    .sort((one, other) => one.madeAt - other.madeAt);
}

function purchasesOf(outlet: SeedOutlet, use: PastUse, random: Random, now: Date): PastPurchase[] {
  const days = pastDays(outlet.timeZone, now);
  const today = dayIn(outlet.timeZone, now);
  const used = usedByDay(outlet, use, days);
  const items = new Map(
    CATALOGUE.stockItems
      .filter(({ outletId }) => outletId === outlet.id)
      .map((item) => [item.ingredientId, item]),
  );
  return CATALOGUE.suppliers.flatMap((supplier, place) => {
    if (supplier.franchiseId !== null) return [];
    const missing = new Map<SeedStockItem, number>();
    return days.flatMap((day, index): PastPurchase[] => {
      for (const [item, units] of used[index] ?? [])
        if (!runsLow(item.ingredientId)) missing.set(item, (missing.get(item) ?? 0) + units);
      const isDue = index % ORDERED_EVERY_DAYS === place % ORDERED_EVERY_DAYS;
      if (!isDue && index !== BREAD_ORDERED_ON) return [];
      const expectedOn = expectedDay(day, supplier);
      const hasCome = daysBetween(expectedOn, today) > 0;
      const lines = CATALOGUE.supplierPrices
        .filter(({ supplierId }) => supplierId === supplier.id)
        .flatMap(({ ingredientId, packSize, price, shelfLifeDays }): PastPurchaseLine[] => {
          const isBread = index === BREAD_ORDERED_ON && ingredientId === ORDERED_BREAD;
          const item = items.get(ingredientId);
          if (item === undefined || !(isDue || isBread)) return [];
          const packs = isBread ? 1 : packsFor((missing.get(item) ?? 0) / packSize);
          if (packs === 0) return [];
          const came = isBread ? packs : Math.max(0, packs + difference(packs, random));
          const received = hasCome ? came * packSize : 0;
          const goodUntil = shelfLifeDays === null ? null : addDays(expectedOn, shelfLifeDays);
          // What was good until a day before is used up: the levels do not say so.
          const bestBefore = hasCome && goodUntil !== null && goodUntil >= today ? goodUntil : null;
          return [{ item, packSize, packPrice: price, packs, received, bestBefore }];
        });
      const total = add(...lines.map(({ packs, packPrice }) => packs * packPrice));
      if (lines.length === 0 || total < supplier.minimumOrder) return [];
      for (const { item, packs, packSize, received } of lines)
        missing.set(item, (missing.get(item) ?? 0) - (hasCome ? received : packs * packSize));
      const madeAt = momentAt(day, 9 * HOUR + place, outlet.timeZone).getTime();
      const at = momentAt(expectedOn, 14 * HOUR + place, outlet.timeZone).getTime();
      const isShort = lines.some((line) => line.received < line.packs * line.packSize);
      const delivery = hasCome ? { id: idAt(at, 'Delivery', random), at, isShort } : null;
      return [
        {
          id: idAt(madeAt, 'PurchaseOrder', random),
          supplier,
          outlet,
          madeAt,
          expectedOn,
          lines,
          total,
          delivery,
        },
      ];
    });
  });
}

/** An outlet waits until some of a pack is missing. */
function packsFor(missing: number): number {
  return Math.max(0, Math.ceil(missing - LEAST_MISSING));
}

/** In packs; a line of one comes as it was ordered, or twice. */
function difference(packs: number, random: Random): number {
  if (packs > 1 && random.isTrueFor(PACK_MISSING)) return -1;
  return random.isTrueFor(PACK_MORE) ? 1 : 0;
}

function usedByDay({ timeZone }: SeedOutlet, { needs, wastes }: PastUse, days: readonly CalendarDay[]) {
  const used = new Map(days.map((day) => [day, new Map<SeedStockItem, number>()]));
  const take = (item: SeedStockItem, units: number, day: CalendarDay) => {
    const of = used.get(day);
    of?.set(item, (of.get(item) ?? 0) + units);
  };
  for (const { item, quantity, order } of needs) take(item, quantity, order.day);
  for (const { item, quantity, at } of wastes) take(item, quantity, dayIn(timeZone, new Date(at)));
  return days.map((day) => used.get(day));
}
