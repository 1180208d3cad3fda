/**
 * Suggests what to order for an outlet, of what, and from whom: from what was used of each item by weekday and hour over the last four weeks,
 * what there is and is promised, what is on the way, and how suppliers deliver. Each suggestion has its reckoning.
 */
import { ErrorCode, requestError } from '../../../../platform/errors.js';
import { type Scope, scopeFor } from '../../../../platform/identity/identity.js';
import { addDays, dayIn, daysBetween } from '../../../../platform/kit/calendar.js';
import { groupedBy } from '../../../../platform/kit/loaders.js';
import { WEEKDAYS, weekdayOf } from '../../../../platform/kit/opening-hours.js';
import {
  ingredientCostBasisPoints,
  purchaseServiceLevelBasisPoints,
  unshelvedDeliveryHours,
} from '../../../../platform/outlet-settings/registry.js';
import type { Context } from '../../context.js';
import { packsForMinimum, totalWith } from '../../domain/purchasing/minimum-order.js';
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
import { type DemandForecast, forecastDemand } from '../../domain/purchasing/replenishment-demand.js';
import type { Outlet, StockItem } from '../../domain/records.js';
import { findBatchPage } from '../../store/batches.js';
import type { StockDatabase } from '../../store/database.js';
import {
  findArrivals,
  findOffers,
  findOutstandingLines,
  findShelfLives,
  findTransferredGoods,
  type OutstandingLine,
} from '../../store/purchasing/replenishment.js';
import { findUnshelvedGoods } from '../../store/purchasing/unshelved-goods.js';
import { findItemsOfOutlet } from '../../store/stock-items.js';
import { requireOutlet } from '../require-outlet.js';
import { findUseByHour, HISTORY_DAYS, HOURS_OF_DAY, hourIn, useDaysOf } from './use-by-hour.js';

/** Of fewer measured days a suggestion goes by the item's reorder point. */
const LEAST_DAYS = 7;
const LATEST_ORDERS = 20;
const SHELF_LIFE_OF_DAYS = 180;
/** Of dated goods: those that are good for longer do not spoil before the next deliveries, and those of longer ago are gone. */
const BATCH_DAYS = 60;
const MOST_BATCHES = 10_000;
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
  /** Of what is on the way: what was delivered and no scale has shown. */
  readonly unshelved: number;
  /** Of the packs: those that were added for the supplier's minimum order. */
  readonly minimumOrderPacks: number;
  /** What all that is suggested from this supplier comes to. */
  readonly orderTotal: number;
  /** Whether that is less than the supplier takes orders of. */
  readonly isBelowMinimumOrder: boolean;
}

/** Before the orders of its supplier are looked at together. */
type SingleSuggestion = Omit<PurchaseSuggestion, 'minimumOrderPacks' | 'orderTotal' | 'isBelowMinimumOrder'>;

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
  const [items, use, supplies, offers, lines, transferred, unshelved, shelfLives, batches] =
    await Promise.all([
      findItemsOfOutlet(database, outlet.id),
      findUseByHour(database, scope, outlet, days),
      findArrivals(database, scope, outlet, LATEST_ORDERS),
      findOffers(database, outlet.franchiseId),
      findOutstandingLines(database, scope, outlet.id),
      findTransferredGoods(database, scope, outlet.id),
      findUnshelvedGoods(database, scope, outlet.id, settings.valueOf(unshelvedDeliveryHours, place)),
      findShelfLives(database, scope, outlet, SHELF_LIFE_OF_DAYS),
      findBatches(database, scope, outlet, now),
    ]);
  const history = useDaysOf(use, outlet, days.from);
  const suppliers = new Map(offers.map(({ supplier }) => [supplier.id, supplier]));
  const supplierIds = [...suppliers.keys()];
  const arrivals = groupedBy(supplierIds, supplies, ({ supplierId }) => supplierId);
  const lateness = new Map(supplierIds.map((id, index) => [id, latenessOf(arrivals[index] ?? [])]));
  const allOffers = offers.map((offer) => ({
    ...offer,
    lateness: lateness.get(offer.supplier.id) ?? latenessOf([]),
  }));
  const bySupplier = new Map(allOffers.map((offer) => [offer.supplier.id, offer]));
  const incoming = [
    ...lines.map((line) => ({
      ...incomingOf(line, bySupplier.get(line.supplierId), now),
      stockItemId: line.stockItemId,
    })),
    // Between outlets goods are on the way for hours.
    ...[...transferred, ...unshelved].map((goods) => ({ ...goods, inDays: 0, isDraft: false })),
  ];
  const ofItems = <Row extends { readonly stockItemId: string }>(rows: readonly Row[]) =>
    groupedBy(
      items.map(({ id }) => id),
      rows,
      ({ stockItemId }) => stockItemId,
    );
  const [batchesOf, incomingOfItems] = [ofItems(batches), ofItems(incoming)];
  const offersOf = groupedBy(
    items.map(({ ingredientId }) => ingredientId),
    allOffers,
    ({ ingredientId }) => ingredientId,
  );
  const policy: Policy = {
    serviceLevel: settings.valueOf(purchaseServiceLevelBasisPoints, place) / 10_000,
    marginPerCost: 10_000 / settings.valueOf(ingredientCostBasisPoints, place) - 1,
  };
  const unshelvedOf = new Map(unshelved.map(({ stockItemId, quantity }) => [stockItemId, quantity]));
  const suggestions = items.flatMap((item, index) => {
    const position: ItemPosition = {
      forecast: forecastDemand(history(item)),
      available: item.onHand - item.reserved - item.drawn,
      ...{ batches: batchesOf[index] ?? [], incoming: incomingOfItems[index] ?? [] },
    };
    const itsOffers = (offersOf[index] ?? []).map((offer) => ({
      ...offer,
      shelfLifeDays: shelfLives.get(item.id) ?? offer.shelfLifeDays,
    }));
    const suggestion = suggestionOf(item, position, itsOffers, now, policy);
    return suggestion === undefined ? [] : [{ ...suggestion, unshelved: unshelvedOf.get(item.id) ?? 0 }];
  });
  const minimumOrders = new Map(offers.map(({ supplier }) => [supplier.id, supplier.minimumOrder]));
  return withMinimumOrders(suggestions, minimumOrders);
}

/** In their order, each supplier's filled up to what it takes orders of. */
function withMinimumOrders(
  suggestions: readonly SingleSuggestion[],
  minimumOrders: ReadonlyMap<string, number>,
): PurchaseSuggestion[] {
  const supplierOf = ({ offer }: SingleSuggestion) => offer.supplier.id;
  const filledUp = new Map<SingleSuggestion, PurchaseSuggestion>();
  for (const supplierId of new Set(suggestions.map(supplierOf))) {
    const minimumOrder = minimumOrders.get(supplierId) ?? 0;
    const ofSupplier = suggestions.filter((suggestion) => supplierOf(suggestion) === supplierId);
    const ordered = ofSupplier.map(({ item, offer, reckoning }) => ({
      ...{ packs: reckoning.packs, packSize: offer.packSize, packPrice: offer.packPrice },
      dailyUse: reckoning.coverDays === 0 ? 0 : reckoning.demand / reckoning.coverDays,
      level:
        item.onHand +
        reckoning.onOrder +
        reckoning.drafted +
        reckoning.packs * offer.packSize -
        (item.reserved + item.drawn + reckoning.spoiling),
      spoilingLimit: reckoning.spoilingLimit,
    }));
    const added = packsForMinimum(ordered, minimumOrder);
    const orderTotal = totalWith(ordered, added);
    for (const [place, suggestion] of ofSupplier.entries()) {
      const minimumOrderPacks = added[place] ?? 0;
      const { reckoning } = suggestion;
      filledUp.set(suggestion, {
        ...suggestion,
        reckoning: { ...reckoning, packs: reckoning.packs + minimumOrderPacks },
        ...{ minimumOrderPacks, orderTotal, isBelowMinimumOrder: orderTotal < minimumOrder },
      });
    }
  }
  return suggestions.flatMap((suggestion) => filledUp.get(suggestion) ?? []);
}

function suggestionOf(
  item: StockItem,
  position: ItemPosition,
  offers: readonly Offer[],
  now: Now,
  policy: Policy,
): Omit<SingleSuggestion, 'unshelved'> | undefined {
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

function nowAt({ timeZone }: Outlet): Now {
  const moment = new Date();
  const today = dayIn(timeZone, moment);
  const hour = Math.min(HOURS_OF_DAY - 1e-6, hourIn(timeZone, moment));
  return { today, hour, weekday: WEEKDAYS.indexOf(weekdayOf(today)) };
}

/** An order that is not sent comes as if it were sent today; one of a supplier that sells the item no more is there soon. */
function incomingOf(
  { status, expectedOn, quantity }: OutstandingLine,
  offer: Pick<Offer, 'supplier' | 'lateness'> | undefined,
  now: Now,
): Incoming {
  const isDraft = status === 'DRAFT';
  if (expectedOn === null)
    return { quantity, isDraft, inDays: offer ? planDeliveries(offer, now).arrivesIn : 0 };
  const late =
    (offer?.lateness.meanDays ?? 0) + ((offer?.lateness.hour ?? now.hour) - now.hour) / HOURS_OF_DAY;
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
    goodForDays: daysBetween(today, bestBefore) + 1 - hour / HOURS_OF_DAY,
  }));
}
