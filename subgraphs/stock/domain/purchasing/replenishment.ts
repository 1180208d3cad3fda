/**
 * How much of an item to order, and from whom. Stock has to last until the delivery after the next one, with a safety stock for the spread
 * of demand and of lead times: z·√(P·σd² + d²·σL²). Goods that spoil are ordered up to where one more would lose as much by spoiling as it
 * would earn (newsvendor). Pure: the same position, offer and moment give the same reckoning.
 */
import { addDays, type CalendarDay, daysBetween } from '../../../../platform/kit/calendar.js';
import { expectedDay } from './expected-delivery.js';
import type { Supplier } from './records.js';
import { type Clock, type DemandForecast, daysUntilAsked, demandOver, sum } from './replenishment-demand.js';
import { normalQuantile, normalShareBelow, rootOf } from './replenishment-normal.js';

/** How late a supplier's goods come, as was measured, in days after the day on which they were expected. */
export interface Lateness {
  readonly orders: number;
  readonly meanDays: number;
  readonly spreadDays: number;
  /** The hour of the day at which they come, with decimals. */
  readonly hour: number;
}

/** Of fewer orders nothing is measured: what the supplier states holds. */
const LEAST_ORDERS = 3;
const MIDDAY = 12;

export interface Arrival {
  /** Days after it was expected; negative for before. */
  readonly lateDays: number;
  readonly hour: number;
}

export function latenessOf(arrivals: readonly Arrival[]): Lateness {
  const orders = arrivals.length;
  if (orders < LEAST_ORDERS) return { orders: 0, meanDays: 0, spreadDays: 0, hour: MIDDAY };
  const mean = (values: readonly number[]) => sum(values) / orders;
  const meanDays = mean(arrivals.map(({ lateDays }) => lateDays));
  const squares = mean(arrivals.map(({ lateDays }) => (lateDays - meanDays) ** 2));
  return {
    ...{ orders, meanDays, spreadDays: Math.sqrt((squares * orders) / (orders - 1)) },
    hour: mean(arrivals.map(({ hour }) => hour)),
  };
}

/** A supplier's offer of an item. */
export interface Offer {
  readonly supplier: Pick<Supplier, 'id' | 'leadTimeDays' | 'deliveryWeekdays'>;
  readonly packSize: number;
  /** Of a pack, in whole rupiah. */
  readonly packPrice: number;
  readonly minimumPacks: number;
  readonly isPreferred: boolean;
  readonly lateness: Lateness;
  /** How many days goods are good after the day on which they come; null for what does not spoil. */
  readonly shelfLifeDays: number | null;
}

/** When an order of today comes, and when the one that can follow it. Days from now, with decimals. */
export interface DeliveryPlan {
  readonly arrivesOn: CalendarDay;
  readonly arrivesIn: number;
  readonly nextArrivesOn: CalendarDay;
  readonly nextArrivesIn: number;
}

export interface Now extends Clock {
  readonly today: CalendarDay;
}

export function planDeliveries(
  { supplier, lateness }: Pick<Offer, 'supplier' | 'lateness'>,
  now: Now,
): DeliveryPlan {
  const arrivesOn = expectedDay(now.today, supplier);
  let nextArrivesOn = arrivesOn;
  for (let sentOn = now.today; nextArrivesOn <= arrivesOn; ) {
    sentOn = addDays(sentOn, 1);
    nextArrivesOn = expectedDay(sentOn, supplier);
  }
  const inDays = (day: CalendarDay) =>
    Math.max(0, daysBetween(now.today, day) + lateness.meanDays + (lateness.hour - now.hour) / 24);
  const arrivesIn = inDays(arrivesOn);
  return { arrivesOn, arrivesIn, nextArrivesOn, nextArrivesIn: Math.max(arrivesIn, inDays(nextArrivesOn)) };
}

/** Goods on hand that are good for so many days from now. */
export interface Batch {
  readonly quantity: number;
  readonly goodForDays: number;
}

/** Goods that are to come. */
export interface Incoming {
  readonly quantity: number;
  readonly inDays: number;
  /** Of an order that nobody has approved yet. */
  readonly isDraft: boolean;
}

export interface ItemPosition {
  readonly forecast: DemandForecast;
  /** On hand less what is promised. */
  readonly available: number;
  /** Those on hand of which a last day is known. */
  readonly batches: readonly Batch[];
  /** On orders to suppliers, in days from now. */
  readonly incoming: readonly Incoming[];
}

export interface Policy {
  /** The share of deliveries before which stock is to last. */
  readonly serviceLevel: number;
  /** What a rupiah of the ingredient earns where it is sold, beside the rupiah itself: the loss for each that is missing. */
  readonly marginPerCost: number;
}

/** A number of packs with its reckoning: quantities are whole numbers in the item's unit, so that it adds up to the last of them. */
export interface Reckoning extends DeliveryPlan {
  /** Days that stock has to last: until the delivery after the next one, or until what comes with the next is spoiled. */
  readonly coverDays: number;
  readonly demand: number;
  /** Standard deviation of the demand over these days, with that of the lead time. */
  readonly demandSpread: number;
  /** What the quantity aims at: the policy's, or less where goods spoil. */
  readonly serviceLevel: number;
  /** Negative where so much would spoil that less than the expected demand is ordered. */
  readonly safetyStock: number;
  /** Of what is on hand: what will be past its last day before it is used. */
  readonly spoiling: number;
  /** What comes before the cover ends, of orders that are approved, and of those that are not. */
  readonly onOrder: number;
  readonly drafted: number;
  /** `demand` + `safetyStock` − available + `spoiling` − `onOrder` − `drafted`; 0 or less where nothing is needed. */
  readonly needed: number;
  /** What is worth ordering at the most: of more, one more would rather spoil than be sold. Null for what does not spoil. */
  readonly spoilingLimit: number | null;
  /** `needed` up to the whole pack, but no more than `spoilingLimit` to the nearest one; 0, or `minimumPacks` at least. */
  readonly packs: number;
}

/** @returns with 0 packs where what there is suffices. */
export function reckon(position: ItemPosition, offer: Offer, now: Now, policy: Policy): Reckoning {
  const { forecast, available } = position;
  const plan = planDeliveries(offer, now);
  const spoilsIn =
    offer.shelfLifeDays === null
      ? Infinity
      : plan.arrivesIn + offer.shelfLifeDays + 1 - offer.lateness.hour / 24;
  const coverDays = Math.min(plan.nextArrivesIn, spoilsIn);
  const cover = demandIn(forecast, offer, now, coverDays);
  const byService = Math.round(cover.mean + normalQuantile(policy.serviceLevel) * cover.spread);
  const bySpoiling =
    spoilsIn === Infinity
      ? Infinity
      : Math.round(balancedLevel(cover, demandIn(forecast, offer, now, spoilsIn), policy.marginPerCost));
  const level = Math.min(byService, bySpoiling);
  const demand = Math.round(cover.mean);
  const spoiling = Math.round(spoilingOf(position, now, coverDays));
  const coming = (isDraft: boolean) =>
    sum(
      position.incoming.filter((one) => one.isDraft === isDraft && one.inDays <= coverDays).map(quantityOf),
    );
  const [onOrder, drafted] = [coming(false), coming(true)];
  const has = available - spoiling + onOrder + drafted;
  const spoilingLimit = bySpoiling === Infinity ? null : bySpoiling - has;
  return {
    ...plan,
    ...{ coverDays, demand, demandSpread: cover.spread },
    serviceLevel:
      level < byService && cover.spread > 0
        ? normalShareBelow((level - cover.mean) / cover.spread)
        : policy.serviceLevel,
    ...{ safetyStock: level - demand, spoiling, onOrder, drafted, needed: level - has, spoilingLimit },
    packs: wholePacks(offer, byService - has, spoilingLimit),
  };
}

function wholePacks({ packSize, minimumPacks }: Offer, needed: number, spoilingLimit: number | null): number {
  const up = Math.ceil(needed / packSize);
  const packs = spoilingLimit === null ? up : Math.min(up, Math.round(spoilingLimit / packSize));
  return packs <= 0 ? 0 : Math.max(packs, minimumPacks);
}

function quantityOf({ quantity }: { readonly quantity: number }): number {
  return quantity;
}

interface Demand {
  readonly mean: number;
  readonly spread: number;
}

function demandIn(forecast: DemandForecast, { lateness }: Offer, now: Now, days: number): Demand {
  const mean = demandOver(forecast, now, days);
  const daily = days === 0 ? 0 : mean / days;
  return {
    mean,
    spread: Math.sqrt(days * forecast.spread ** 2 + daily ** 2 * lateness.spreadDays ** 2),
  };
}

/**
 * The level at which one more would be missed as often, times what a sale earns, as it would spoil, times what it cost. Where goods spoil before
 * the next delivery that is the newsvendor's critical fractile, margin / (margin + cost).
 */
function balancedLevel(cover: Demand, untilSpoilt: Demand, marginPerCost: number): number {
  const gain = (level: number) =>
    marginPerCost * (1 - shareBelow(cover, level)) - shareBelow(untilSpoilt, level);
  return Math.max(0, rootOf(gain, cover.mean - 8 * cover.spread, untilSpoilt.mean + 8 * untilSpoilt.spread));
}

function shareBelow({ mean, spread }: Demand, level: number): number {
  if (spread === 0) return level < mean ? 0 : 1;
  return normalShareBelow((level - mean) / spread);
}

/** What is on hand and will not be used in time, as what expires first goes first. */
function spoilingOf({ forecast, batches, available }: ItemPosition, now: Now, withinDays: number): number {
  let [before, spoilt] = [0, 0];
  for (const { quantity, goodForDays } of [...batches].sort(
    (one, other) => one.goodForDays - other.goodForDays,
  )) {
    if (goodForDays > withinDays) break;
    before += quantity;
    spoilt += Math.max(0, before - spoilt - demandOver(forecast, now, Math.max(0, goodForDays)));
  }
  return Math.min(spoilt, Math.max(0, available));
}

/** Why an offer was chosen. */
export type SupplierChoice = 'PREFERRED' | 'CHEAPEST' | 'FASTEST' | 'ONLY';

export interface Chosen {
  readonly offer: Offer;
  readonly choice: SupplierChoice;
  readonly reckoning: Reckoning;
}

/**
 * The preferred offer; else the cheapest by unit among those that come before stock has run out; else, where none does, the one that comes
 * first. Undefined without offers.
 */
export function chooseOffer(
  position: ItemPosition,
  offers: readonly Offer[],
  now: Now,
  policy: Policy,
): Chosen | undefined {
  const reckoned = offers.map((offer) => ({ offer, reckoning: reckon(position, offer, now, policy) }));
  const byPrice = reckoned.toSorted((one, other) => unitPrice(one.offer) - unitPrice(other.offer));
  const isInTime = ({ reckoning }: (typeof reckoned)[number]) =>
    lastsDays(position, now, reckoning.arrivesIn) >= reckoning.arrivesIn;
  const chosen = (one: (typeof reckoned)[number] | undefined, choice: SupplierChoice) =>
    one && { ...one, choice };
  if (reckoned.length === 1) return chosen(reckoned[0], 'ONLY');
  return (
    chosen(
      byPrice.find(({ offer }) => offer.isPreferred),
      'PREFERRED',
    ) ??
    chosen(byPrice.find(isInTime), 'CHEAPEST') ??
    chosen(
      byPrice.toSorted((one, other) => one.reckoning.arrivesIn - other.reckoning.arrivesIn)[0],
      'FASTEST',
    )
  );
}

export function unitPrice({ packPrice, packSize }: Pick<Offer, 'packPrice' | 'packSize'>): number {
  return packPrice / packSize;
}

/** How long what there is lasts, with what comes meanwhile; `limit` at the most. */
export function lastsDays(position: ItemPosition, now: Now, limit: number): number {
  let amount = position.available - spoilingOf(position, now, limit);
  let lasts = daysUntilAsked(position.forecast, now, amount, limit);
  for (const { quantity, inDays } of [...position.incoming].sort((one, other) => one.inDays - other.inDays)) {
    if (inDays > lasts) break;
    amount += quantity;
    lasts = daysUntilAsked(position.forecast, now, amount, limit);
  }
  return lasts;
}
