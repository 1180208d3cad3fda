/**
 * Suggests what to order for an outlet, of what, and from whom: from what was used of each item by weekday and hour over the last four weeks,
 * what there is and is promised, what is on the way, and how suppliers deliver. Each suggestion has its reckoning.
 */
import { ErrorCode, requestError } from '../../../../platform/errors.js';
import { type Scope, scopeFor } from '../../../../platform/identity/identity.js';
import {
  addDays,
  type CalendarDay,
  dayIn,
  daysBetween,
  type Period,
  startOfDay,
} from '../../../../platform/kit/calendar.js';
import { WEEKDAYS, weekdayOf } from '../../../../platform/kit/opening-hours.js';
import {
  ingredientCostBasisPoints,
  purchaseServiceLevelBasisPoints,
} from '../../../../platform/outlet-settings/registry.js';
import type { Context } from '../../context.js';
import {
  type Batch,
  type Chosen,
  chooseOffer,
  type Incoming,
  type ItemPosition,
  lastsDays,
  latenessOf,
  type Now,
  type Offer,
  type Policy,
  planDeliveries,
} from '../../domain/purchasing/replenishment.js';
import {
  type DemandForecast,
  forecastDemand,
  type UseDay,
} from '../../domain/purchasing/replenishment-demand.js';
import type { Outlet, StockItem, UsageRow } from '../../domain/records.js';
import { findBatchPage } from '../../store/batches.js';
import type { StockDatabase } from '../../store/database.js';
import {
  findArrivals,
  findOffers,
  findOutstandingLines,
  findShelfLives,
  findSoldOutHours,
  type OutstandingLine,
  type SoldOutHour,
  type SupplierOffer,
} from '../../store/purchasing/replenishment.js';
import { findItemsOfOutlet } from '../../store/stock-items.js';
import { findUsage, isTooMuchToRead } from '../../store/usage.js';
import { requireOutlet } from '../require-outlet.js';

const HISTORY_DAYS = 28;
const HOURS = 24;
/** Of fewer measured days a suggestion goes by the item's reorder point. */
const LEAST_DAYS = 7;
const LATEST_ORDERS = 20;
const SHELF_LIFE_OF_DAYS = 180;
/** Of dated goods: those that are good for longer do not spoil before the next deliveries, and those of longer ago are gone. */
const BATCH_DAYS = 60;
const MOST_BATCHES = 10_000;
const MOST_ROWS = 1_000_000;
const MAXIMUM_SUGGESTIONS = 500;
/** As far as a stock's end is looked for. */
const FAR_DAYS = 60;

export type SuggestionBasis = 'MEASURED_USE' | 'REORDER_POINT';

export interface PurchaseSuggestion extends Chosen {
  readonly item: StockItem;
  readonly basis: SuggestionBasis;
  readonly forecast: DemandForecast;
  /** How long what there is lasts, with what comes meanwhile; null where it lasts for longer than two months. */
  readonly lastsDays: number | null;
  /** All that were considered, the chosen one included. */
  readonly offers: readonly Offer[];
  readonly now: Now;
}

export interface SuggestionRequest {
  readonly outletId: string;
  readonly first: number;
  /** The id of a stock item: those after its. */
  readonly after: string | null;
}

/** By age of the items. @throws NOT_FOUND for an outlet outside the caller's scope, BAD_USER_INPUT for a number that makes no page. */
export async function suggestPurchases(
  context: Context,
  { outletId, first, after }: SuggestionRequest,
): Promise<PurchaseSuggestion[]> {
  if (first < 1 || first > MAXIMUM_SUGGESTIONS) {
    throw requestError(ErrorCode.BAD_USER_INPUT, `first must be between 1 and ${MAXIMUM_SUGGESTIONS}`);
  }
  const { database, identity } = context;
  const scope = scopeFor(identity, 'purchasing:read');
  const outlet = await requireOutlet(database, scope, outletId);
  const suggestions = await suggestionsOf(context, scope, outlet);
  return suggestions.filter(({ item }) => after === null || item.id > after).slice(0, first);
}

/** All of them, for an outlet that the scope covers. */
export async function suggestionsOf(
  { database, settings }: Pick<Context, 'database' | 'settings'>,
  scope: Scope,
  outlet: Outlet,
): Promise<PurchaseSuggestion[]> {
  const now = nowAt(outlet);
  const place = { outletId: outlet.id, franchiseId: outlet.franchiseId };
  const days = { from: addDays(now.today, -HISTORY_DAYS), to: addDays(now.today, -1) };
  const [items, usage, supplies, offers, lines, shelfLives, batches] = await Promise.all([
    findItemsOfOutlet(database, outlet.id),
    findUsageByHour(database, scope, outlet, days),
    findArrivals(database, scope, outlet, LATEST_ORDERS),
    findOffers(database, outlet.franchiseId),
    findOutstandingLines(database, scope, outlet.id),
    findShelfLives(database, scope, outlet, SHELF_LIFE_OF_DAYS),
    findBatches(database, scope, outlet, now),
  ]);
  const history = historyOf(items, usage, outlet, days.from);
  const latenessOfSupplier = (supplierId: string) =>
    latenessOf(supplies.filter((arrival) => arrival.supplierId === supplierId));
  const allOffers = offers.map((offer) => ({
    ...offer,
    lateness: latenessOfSupplier(offer.supplier.id),
  }));
  const incoming = lines.map((line) => ({
    ...incomingOf(line, allOffers, now),
    stockItemId: line.stockItemId,
  }));
  const policy: Policy = {
    serviceLevel: settings.valueOf(purchaseServiceLevelBasisPoints, place) / 10_000,
    marginPerCost: 10_000 / settings.valueOf(ingredientCostBasisPoints, place) - 1,
  };
  return items.flatMap((item) => {
    const ofItem = <Row extends { readonly stockItemId: string }>(rows: readonly Row[]) =>
      rows.filter(({ stockItemId }) => stockItemId === item.id);
    const position: ItemPosition = {
      forecast: forecastDemand(history(item)),
      available: item.onHand - item.reserved - item.drawn,
      ...{ batches: ofItem(batches), incoming: ofItem(incoming) },
    };
    const itsOffers = allOffers
      .filter(({ ingredientId }) => ingredientId === item.ingredientId)
      .map((offer) => ({ ...offer, shelfLifeDays: shelfLives.get(item.id) ?? offer.shelfLifeDays }));
    const suggestion = suggestionOf(item, position, itsOffers, now, policy);
    return suggestion === undefined ? [] : [suggestion];
  });
}

function suggestionOf(
  item: StockItem,
  position: ItemPosition,
  offers: readonly Offer[],
  now: Now,
  policy: Policy,
): PurchaseSuggestion | undefined {
  const { forecast } = position;
  const basis: SuggestionBasis = forecast.days < LEAST_DAYS ? 'REORDER_POINT' : 'MEASURED_USE';
  const chosen = chooseOffer(position, offers, now, policy);
  if (chosen === undefined) return undefined;
  const reckoned = basis === 'MEASURED_USE' ? chosen : refill(chosen, position, item);
  if (reckoned.reckoning.packs === 0) return undefined;
  const lasts = lastsDays(position, now, FAR_DAYS);
  return {
    ...reckoned,
    ...{ item, basis, forecast, lastsDays: lasts >= FAR_DAYS ? null : lasts, offers, now },
  };
}

/** As nothing is known of its use: at the reorder point or below it, so much that there is twice as much as that. */
function refill(chosen: Chosen, { available, incoming }: ItemPosition, { reorderPoint }: StockItem): Chosen {
  const { offer, reckoning } = chosen;
  const ofDrafts = (isDraft: boolean) =>
    incoming.filter((one) => one.isDraft === isDraft).reduce((sum, { quantity }) => sum + quantity, 0);
  const [onOrder, drafted] = [ofDrafts(false), ofDrafts(true)];
  const has = available + onOrder + drafted;
  const needed = has > reorderPoint ? 0 : 2 * reorderPoint - has;
  const packs = needed <= 0 ? 0 : Math.max(Math.ceil(needed / offer.packSize), offer.minimumPacks);
  return {
    ...chosen,
    reckoning: {
      ...reckoning,
      ...{ demand: 0, demandSpread: 0, safetyStock: 2 * reorderPoint, spoiling: 0, spoilingLimit: null },
      ...{ onOrder, drafted, needed, packs },
    },
  };
}

interface HourlyUsage {
  readonly rows: readonly UsageRow[];
  readonly soldOut: readonly SoldOutHour[];
}

async function findUsageByHour(
  database: StockDatabase,
  scope: Scope,
  outlet: Outlet,
  days: Period,
): Promise<HourlyUsage> {
  const filter = { ...days, outletId: outlet.id, franchiseId: null, stockItemId: null, by: 'HOUR' } as const;
  const [{ rows }, soldOut] = await Promise.all([
    findUsage(database, scope, filter, MOST_ROWS),
    findSoldOutHours(database, scope, outlet, days),
  ]).catch((error: unknown) => {
    if (!isTooMuchToRead(error)) throw error;
    throw requestError(
      ErrorCode.OPERATION_TOO_COMPLEX,
      'More has moved in this outlet in four weeks than can be read in time',
    );
  });
  return { rows, soldOut };
}

/** @returns the days on which the outlet stocked an item, oldest first. */
function historyOf(
  items: readonly StockItem[],
  { rows, soldOut }: HourlyUsage,
  { timeZone }: Outlet,
  from: CalendarDay,
): (item: StockItem) => UseDay[] {
  const hourOf = hoursOf(timeZone, from);
  const used = new Hours(HISTORY_DAYS);
  const out = new Hours(HISTORY_DAYS);
  const open = new Set<number>();
  const counted = new Set(items.filter(({ tracking }) => tracking === 'COUNT').map(({ id }) => id));
  for (const { stockItemId, from: begin, measured, wasted, expected } of rows) {
    const at = hourOf(begin);
    // A count that finds more is a delivery that nobody recorded, and no use that did not happen.
    const use = counted.has(stockItemId) ? Math.max(measured - wasted, expected) : measured - wasted;
    used.add(stockItemId, at, use);
    if (use > 0) open.add(at.day);
  }
  for (const { stockItemId, from: begin, share } of soldOut) out.add(stockItemId, hourOf(begin), share);
  return ({ id, createdAt }) => {
    const keptFrom = Math.max(0, daysBetween(from, dayIn(timeZone, createdAt)));
    const firstDay = Math.min(keptFrom, used.firstDayOf(id));
    return Array.from({ length: HISTORY_DAYS }, (_, day) => ({
      weekday: WEEKDAYS.indexOf(weekdayOf(addDays(from, day))),
      ...{ used: used.ofDay(id, day), soldOut: out.ofDay(id, day), isOpen: open.has(day) },
    })).slice(firstDay);
  };
}

interface HourOfDays {
  readonly day: number;
  readonly hour: number;
}

/** Figures of items by day and hour. */
class Hours {
  readonly #days: number;
  readonly #figures = new Map<string, number[][]>();

  constructor(days: number) {
    this.#days = days;
  }

  add(stockItemId: string, { day, hour }: HourOfDays, figure: number): void {
    const known = this.#figures.get(stockItemId) ?? this.#empty();
    this.#figures.set(stockItemId, known);
    const ofDay = known[day];
    if (ofDay !== undefined) ofDay[hour] = (ofDay[hour] ?? 0) + figure;
  }

  ofDay(stockItemId: string, day: number): readonly number[] {
    return this.#figures.get(stockItemId)?.[day] ?? [];
  }

  /** With a figure; after all of them where there is none. */
  firstDayOf(stockItemId: string): number {
    const first = this.#figures.get(stockItemId)?.findIndex((hours) => hours.some((figure) => figure !== 0));
    return first === undefined || first < 0 ? this.#days : first;
  }

  #empty(): number[][] {
    return Array.from({ length: this.#days }, () => Array.from({ length: HOURS }, () => 0));
  }
}

/** The day, counted from `first`, and the hour of a moment; each moment is worked out once. */
function hoursOf(timeZone: string, first: CalendarDay): (moment: Date) => HourOfDays {
  const known = new Map<number, HourOfDays>();
  return (moment) => {
    const at = moment.getTime();
    const found = known.get(at) ?? dayAndHour(timeZone, first, moment);
    known.set(at, found);
    return found;
  };
}

function dayAndHour(timeZone: string, first: CalendarDay, moment: Date): HourOfDays {
  const day = dayIn(timeZone, moment);
  return { day: daysBetween(first, day), hour: Math.min(HOURS - 1, Math.floor(hourIn(timeZone, moment))) };
}

function hourIn(timeZone: string, moment: Date): number {
  return (moment.getTime() - startOfDay(dayIn(timeZone, moment), timeZone).getTime()) / 3_600_000;
}

function nowAt({ timeZone }: Outlet): Now {
  const moment = new Date();
  const today = dayIn(timeZone, moment);
  const hour = Math.min(HOURS - 1e-6, hourIn(timeZone, moment));
  return { today, hour, weekday: WEEKDAYS.indexOf(weekdayOf(today)) };
}

/** An order that is not sent comes as if it were sent today; one of a supplier that sells the item no more is there soon. */
function incomingOf(
  { supplierId, status, expectedOn, quantity }: OutstandingLine,
  offers: readonly (SupplierOffer & Offer)[],
  now: Now,
): Incoming {
  const offer = offers.find(({ supplier }) => supplier.id === supplierId);
  const isDraft = status === 'DRAFT';
  if (expectedOn === null)
    return { quantity, isDraft, inDays: offer ? planDeliveries(offer, now).arrivesIn : 0 };
  const late = (offer?.lateness.meanDays ?? 0) + ((offer?.lateness.hour ?? now.hour) - now.hour) / HOURS;
  return { quantity, isDraft, inDays: Math.max(0, daysBetween(now.today, expectedOn) + late) };
}

async function findBatches(
  database: StockDatabase,
  scope: Scope,
  { id }: Outlet,
  { today, hour }: Now,
): Promise<(Batch & { readonly stockItemId: string })[]> {
  const { nodes } = await findBatchPage(
    database,
    scope,
    {
      ...{ outletId: id, franchiseId: null },
      ...{ from: addDays(today, -BATCH_DAYS), until: addDays(today, BATCH_DAYS) },
    },
    { limit: MOST_BATCHES, after: null, before: null, isBackward: false, trimTo: null },
  );
  return nodes.map(({ stockItemId, quantity, bestBefore }) => ({
    ...{ stockItemId, quantity },
    goodForDays: daysBetween(today, bestBefore) + 1 - hour / HOURS,
  }));
}
