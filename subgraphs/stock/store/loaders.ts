/**
 * Batched reads of one operation: one query per kind of row and step of the selection. The loaders return what the caller's
 * scope covers and nothing else.
 */
import DataLoader from 'dataloader';
import { type Identity, scopeFor } from '../../../platform/identity/identity.js';
import {
  type ListLoader,
  type LoaderById,
  listLoaderById,
  loaderById,
  loaderByKey,
  loaderPerArguments,
  primed,
} from '../../../platform/kit/loaders.js';
import type { Page } from '../../../platform/kit/paging.js';
import type { StockCount, StockCountSums } from '../domain/counts/records.js';
import { type LevelPoint, MAXIMUM_POINTS, type Resolution } from '../domain/level-history.js';
import type {
  PurchaseOrder,
  PurchaseOrderLine,
  Supplier,
  SupplierPrice,
} from '../domain/purchasing/records.js';
import type {
  Delivery,
  Ingredient,
  Outlet,
  Shelf,
  ShelfHealth,
  StockItem,
  StockMovement,
  Waste,
} from '../domain/records.js';
import type { Transfer } from '../domain/transfers/records.js';
import { findStockCountsByIds, findSums } from './counts/stock-counts.js';
import type { OwnStockDatabase, StockDatabase } from './database.js';
import { findDeliveriesByIds, findDeliveriesOfOrders } from './deliveries.js';
import { findAlertTimes } from './expiry/expiry-alerts.js';
import { findTakenOff, type Subject } from './hand-availability.js';
import { findIngredientsByIds } from './ingredients.js';
import { findUse, type ItemUse } from './item-use.js';
import { findLevelBuckets, findLevelChanges, type HistorySpan } from './level-history.js';
import { countMovements, findMovementPages, findMovementsByIds } from './movements.js';
import { findOutletsByIds } from './outlets.js';
import { findLinesOfOrders, findPurchaseOrdersByIds } from './purchasing/purchase-orders.js';
import { sumOnOrder } from './purchasing/replenishment.js';
import { countPrices, findPricePages, findSuppliersByIds, type PriceFilter } from './purchasing/suppliers.js';
import { countOrdersAtRisk, findOrderAtRiskPages, type OrderAtRisk, type ShortItem } from './reservations.js';
import { findHealth } from './shelf-health.js';
import { findShelvesByIds, findShelvesOfItems } from './shelves.js';
import { findShortages, type Need, type Shortage } from './shortages.js';
import {
  type AvailableItem,
  countItems,
  findAvailable,
  findItemPages,
  findItemsByIds,
  findItemsByKeys,
  type ItemFilter,
  type ItemKey,
} from './stock-items.js';
import { findOnTheWay, findTransfersByIds, type OnTheWay } from './transfers/transfers.js';
import { type UsageMovements, usageMovements } from './usage.js';
import { findWasteByIds } from './waste.js';

export interface Loaders {
  /** Removed items, too. */
  readonly item: LoaderById<StockItem>;
  readonly itemByKey: DataLoader<ItemKey, StockItem | null, string>;
  /** Of an ingredient at an outlet, for any caller; null where the outlet has no such item. */
  readonly available: DataLoader<ItemKey, AvailableItem | null, string>;
  /** For any caller, as `available` is. */
  readonly use: LoaderById<ItemUse>;
  /** For any caller; null where it is not known. */
  readonly shortage: DataLoader<Need, Shortage | null, string>;
  /** Null where staff have not taken it off. */
  readonly takenOff: DataLoader<Subject, Subject | null, string>;
  readonly ingredient: LoaderById<Ingredient>;
  /** Of every tenant. */
  readonly outlet: LoaderById<Outlet>;
  readonly shelf: LoaderById<Shelf>;
  /** Of shelves that the caller may see. */
  readonly health: LoaderById<ShelfHealth & { readonly id: string }>;
  readonly shelvesOfItem: ListLoader<Shelf>;
  readonly delivery: LoaderById<Delivery>;
  /** Of batches that the caller has read, by their keys. */
  readonly expiryAlert: LoaderById<{ readonly id: string; readonly alertedAt: Date }>;
  readonly transfer: LoaderById<Transfer>;
  readonly stockCount: LoaderById<StockCount>;
  /** Of counts that the caller may see. */
  readonly countSums: LoaderById<StockCountSums & { readonly id: string }>;
  /** Of items that the caller may see. */
  readonly onTheWay: LoaderById<OnTheWay>;
  readonly movement: LoaderById<StockMovement>;
  readonly waste: LoaderById<Waste>;
  /** Rows of a page, as `connectionOf` takes them, by outlet. The caller has checked that the outlet is within the scope. */
  itemsOfOutlet(filter: ItemFilter & { readonly page: Page }): ListLoader<StockItem>;
  itemCount(filter: ItemFilter): DataLoader<string, number>;
  /** Rows of a page, as `connectionOf` takes them, by item. */
  movementsOfItem(page: Page): ListLoader<StockMovement>;
  readonly movementCount: DataLoader<string, number>;
  /** Rows of a page, as `connectionOf` takes them, of an item that the caller has read. Where nothing is missing, nothing is read. */
  ordersAtRisk(page: Page): DataLoader<ShortItem, readonly OrderAtRisk[], string>;
  readonly orderAtRiskCount: DataLoader<ShortItem, number, string>;
  /** Of items that the caller has read; one point more than an answer has, where there are more. */
  history(
    request: HistorySpan & { readonly resolution: Resolution },
  ): DataLoader<string, readonly LevelPoint[]>;
  /** Of the rows of a report, which the caller has read. */
  readonly usageMovements: UsageMovements;
  /** What has still to come from suppliers, of items that the caller has read. */
  readonly onOrder: DataLoader<string, number>;
  readonly supplier: LoaderById<Supplier>;
  /** Rows of a page, as `connectionOf` takes them, by supplier. The caller has read the supplier. */
  pricesOfSupplier(filter: PriceFilter & { readonly page: Page }): ListLoader<SupplierPrice>;
  priceCount(filter: PriceFilter): DataLoader<string, number>;
  readonly purchaseOrder: LoaderById<PurchaseOrder>;
  readonly linesOfPurchaseOrder: ListLoader<PurchaseOrderLine>;
  readonly deliveriesOfPurchaseOrder: ListLoader<Delivery>;
}

export interface LoaderOptions {
  /** As the caller may see it. */
  readonly database: StockDatabase;
  /**
   * For what every caller may read: the copies of outlets, and of an item the one figure that a menu shows. Menus are read more often than
   * anything else here, and need no wall.
   */
  readonly ownDatabase: OwnStockDatabase;
  readonly identity: Identity;
  /** Without a message for so long, a shelf's device is silent. */
  readonly silentSeconds: number;
}

export function createLoaders({ database, ownDatabase, identity, silentSeconds }: LoaderOptions): Loaders {
  const scope = scopeFor(identity, 'stock:read');
  const purchasing = scopeFor(identity, 'purchasing:read');
  const item = loaderById((ids) => findItemsByIds(database, scope, ids));
  const shelf = loaderById((ids) => findShelvesByIds(database, scope, ids));
  return {
    item,
    itemByKey: loaderByKey((keys) => findItemsByKeys(database, scope, keys), textOf),
    available: loaderByKey((keys) => findAvailable(ownDatabase, keys), textOf),
    use: loaderById((ids) => findUse(ownDatabase, ids, new Date())),
    shortage: loaderByKey(
      (needs) => findShortages(ownDatabase, needs),
      ({ id, quantity }) => `${id} ${quantity}`,
    ),
    takenOff: loaderByKey(
      (subjects) => findTakenOff(ownDatabase, subjects),
      ({ outletId, subjectId }) => `${outletId} ${subjectId}`,
    ),
    ingredient: loaderById((ids) => findIngredientsByIds(database, ids)),
    outlet: loaderById((ids) => findOutletsByIds(ownDatabase, ids)),
    shelf,
    health: loaderById((ids) => findHealth(database, silentSeconds, ids)),
    shelvesOfItem: listLoaderById(
      async (ids) => primed(shelf, await findShelvesOfItems(database, ids)),
      ({ stockItemId }) => stockItemId,
    ),
    delivery: loaderById((ids) => findDeliveriesByIds(database, scope, ids)),
    stockCount: loaderById((ids) => findStockCountsByIds(database, scope, ids)),
    countSums: loaderById((ids) => findSums(database, ids)),
    expiryAlert: new DataLoader(async (keys: readonly string[]) => {
      const times = new Map((await findAlertTimes(database, keys)).map((alert) => [alert.id, alert]));
      return keys.map((key) => times.get(key) ?? null);
    }),
    transfer: loaderById((ids) => findTransfersByIds(database, scope, ids)),
    onTheWay: loaderById((ids) => findOnTheWay(database, ids)),
    movement: loaderById(async (ids) => {
      const found = await findMovementsByIds(database, ids);
      const visible = await item.loadMany(found.map(({ stockItemId }) => stockItemId));
      return found.filter((_, index) => visible[index] !== null && !(visible[index] instanceof Error));
    }),
    waste: loaderById((ids) => findWasteByIds(database, scope, ids)),
    itemsOfOutlet: loaderPerArguments((filter: ItemFilter & { readonly page: Page }) =>
      listLoaderById(
        async (outletIds) => primed(item, await findItemPages(database, outletIds, filter)),
        ({ outletId }) => outletId,
      ),
    ),
    itemCount: loaderPerArguments((filter: ItemFilter) =>
      countLoader((outletIds) => countItems(database, outletIds, filter)),
    ),
    movementsOfItem: loaderPerArguments((page: Page) =>
      listLoaderById(
        (ids) => findMovementPages(database, ids, page),
        ({ stockItemId }) => stockItemId,
      ),
    ),
    movementCount: countLoader((ids) => countMovements(database, ids)),
    ordersAtRisk: loaderPerArguments((page: Page) =>
      loaderOfShortItems(
        (items) => findOrderAtRiskPages(database, items, page),
        (rows, { id }): readonly OrderAtRisk[] => rows.filter(({ stockItemId }) => stockItemId === id),
      ),
    ),
    orderAtRiskCount: loaderOfShortItems(
      (items) => countOrdersAtRisk(database, items),
      (rows, short) => rows.find(({ id }) => id === short.id)?.count ?? 0,
    ),
    history: loaderPerArguments(
      ({ resolution, ...span }: HistorySpan & { readonly resolution: Resolution }) =>
        new DataLoader((ids: readonly string[]) =>
          resolution === 'RAW'
            ? findLevelChanges(database, ids, span, MAXIMUM_POINTS + 1)
            : findLevelBuckets(database, ids, resolution, span),
        ),
    ),
    usageMovements: usageMovements(database),
    onOrder: countLoader((ids) => sumOnOrder(database, ids)),
    supplier: loaderById((ids) => findSuppliersByIds(database, purchasing, ids)),
    pricesOfSupplier: loaderPerArguments((filter: PriceFilter & { readonly page: Page }) =>
      listLoaderById(
        (ids) => findPricePages(database, ids, filter),
        ({ supplierId }) => supplierId,
      ),
    ),
    priceCount: loaderPerArguments((filter: PriceFilter) =>
      countLoader((ids) => countPrices(database, ids, filter)),
    ),
    purchaseOrder: loaderById((ids) => findPurchaseOrdersByIds(database, purchasing, ids)),
    linesOfPurchaseOrder: listLoaderById(
      (ids) => findLinesOfOrders(database, ids),
      ({ purchaseOrderId }) => purchaseOrderId,
    ),
    deliveriesOfPurchaseOrder: listLoaderById(
      (ids) => findDeliveriesOfOrders(database, scope, ids),
      ({ purchaseOrderId }) => purchaseOrderId,
    ),
  };
}

function loaderOfShortItems<Row, Answer>(
  find: (items: readonly ShortItem[]) => Promise<readonly Row[]>,
  answerOf: (rows: readonly Row[], item: ShortItem) => Answer,
): DataLoader<ShortItem, Answer, string> {
  return new DataLoader(
    async (items: readonly ShortItem[]) => {
      const short = items.filter(({ shortfall }) => shortfall > 0);
      const rows = short.length === 0 ? [] : await find(short);
      return items.map((item) => answerOf(rows, item));
    },
    { cacheKeyFn: ({ id, shortfall }) => `${id} ${shortfall}` },
  );
}

function textOf({ outletId, ingredientId }: ItemKey): string {
  return `${outletId} ${ingredientId}`;
}

/** 0 for an owner that `count` leaves out. */
function countLoader(
  count: (ownerIds: readonly string[]) => Promise<readonly { readonly id: string; readonly count: number }[]>,
): DataLoader<string, number> {
  return new DataLoader(async (ids: readonly string[]) => {
    const counts = new Map((await count(ids)).map((row) => [row.id, row.count]));
    return ids.map((id) => counts.get(id) ?? 0);
  });
}
