/**
 * Batched reads for one operation: whatever its selection, each kind of row is read in one query per step. The loaders see
 * what the caller's scope covers and nothing else.
 */
import DataLoader from 'dataloader';
import type { Scope } from '../../../platform/identity/identity.js';
import type { Page } from '../../../platform/paging.js';
import type {
  Ingredient,
  Outlet,
  Shelf,
  StockItem,
  StockMovement,
} from '../../../prisma/stock/client/client.js';
import { outletsByIds } from './copies.js';
import type { StockDatabase } from './database.js';
import { type DeliveryWithLines, deliveriesByIds } from './deliveries.js';
import { ingredientsByIds } from './ingredients.js';
import { movementPages, movementsByIds } from './movements.js';
import { shelvesByIds, shelvesOfItems } from './shelves.js';
import { availabilities, type ItemKey, itemPages, itemsByIds, itemsByKeys } from './stock-items.js';

type ById<Row> = DataLoader<string, Row | null>;

export interface Loaders {
  readonly items: ById<StockItem>;
  readonly itemsByKey: DataLoader<ItemKey, StockItem | null, string>;
  /** Of an ingredient at an outlet, for whoever asks; 0 where there is none. */
  readonly available: DataLoader<ItemKey, number, string>;
  readonly ingredients: ById<Ingredient>;
  readonly outlets: ById<Outlet>;
  readonly shelves: ById<Shelf>;
  readonly shelvesOfItem: DataLoader<string, Shelf[]>;
  readonly deliveries: ById<DeliveryWithLines>;
  readonly movements: ById<StockMovement>;
  /** Rows of a page and one more, by outlet. The outlets are within the scope: whoever asks has looked. */
  itemsOfOutlet(filter: { belowReorderPoint: boolean; page: Page }): DataLoader<string, StockItem[]>;
  /** Rows of a page and one more, by item. */
  movementsOfItem(page: Page): DataLoader<string, StockMovement[]>;
}

export function createLoaders(database: StockDatabase, scope: Scope): Loaders {
  const items = byId((ids) => itemsByIds(database, scope, ids));
  const shelves = byId((ids) => shelvesByIds(database, scope, ids));
  const pagesOfItems = new Map<string, DataLoader<string, StockItem[]>>();
  const pagesOfMovements = new Map<string, DataLoader<string, StockMovement[]>>();
  return {
    items,
    itemsByKey: byKey(async (keys) => {
      const found = new Map((await itemsByKeys(database, scope, keys)).map((item) => [keyOf(item), item]));
      return keys.map((key) => found.get(keyOf(key)) ?? null);
    }),
    available: byKey(async (keys) => {
      const rows = await availabilities(database, keys);
      const found = new Map(rows.map((row) => [keyOf(row), row.available]));
      return keys.map((key) => found.get(keyOf(key)) ?? 0);
    }),
    ingredients: byId((ids) => ingredientsByIds(database, ids)),
    outlets: byId((ids) => outletsByIds(database, ids)),
    shelves,
    shelvesOfItem: grouped(
      async (ids) => primed(shelves, await shelvesOfItems(database, ids)),
      ({ stockItemId }) => stockItemId,
    ),
    deliveries: byId((ids) => deliveriesByIds(database, scope, ids)),
    movements: byId(async (ids) => {
      const found = await movementsByIds(database, ids);
      const visible = await items.loadMany(found.map(({ stockItemId }) => stockItemId));
      return found.filter((_, index) => visible[index] !== null && !(visible[index] instanceof Error));
    }),
    itemsOfOutlet: (filter) =>
      kept(pagesOfItems, JSON.stringify(filter), () =>
        grouped(
          async (outletIds) => primed(items, await itemPages(database, outletIds, filter)),
          ({ outletId }) => outletId,
        ),
      ),
    movementsOfItem: (page) =>
      kept(pagesOfMovements, JSON.stringify(page), () =>
        grouped(
          (ids) => movementPages(database, ids, page),
          ({ stockItemId }) => stockItemId,
        ),
      ),
  };
}

function keyOf({ outletId, ingredientId }: ItemKey): string {
  return `${outletId} ${ingredientId}`;
}

function byKey<Value>(
  read: (keys: readonly ItemKey[]) => Promise<Value[]>,
): DataLoader<ItemKey, Value, string> {
  return new DataLoader(read, { cacheKeyFn: keyOf });
}

function byId<Row extends { readonly id: string }>(
  read: (ids: readonly string[]) => Promise<readonly Row[]>,
): ById<Row> {
  return new DataLoader(async (ids: readonly string[]) => {
    const rows = new Map((await read(ids)).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  });
}

/** Rows that came another way need not be read again. */
function primed<Row extends { readonly id: string }>(
  loader: ById<Row>,
  rows: readonly Row[],
): readonly Row[] {
  for (const row of rows) loader.prime(row.id, row);
  return rows;
}

/** The rows of each key, in the order they were read. */
function grouped<Row>(
  read: (keys: readonly string[]) => Promise<readonly Row[]>,
  keyOfRow: (row: Row) => string,
): DataLoader<string, Row[]> {
  return new DataLoader(async (keys: readonly string[]) => {
    const groups = new Map<string, Row[]>(keys.map((key) => [key, []]));
    for (const row of await read(keys)) groups.get(keyOfRow(row))?.push(row);
    return keys.map((key) => groups.get(key) ?? []);
  });
}

/** A loader for each set of arguments, so that equal ones share a query. */
function kept<Loader>(loaders: Map<string, Loader>, key: string, create: () => Loader): Loader {
  const known = loaders.get(key);
  if (known !== undefined) return known;
  const created = create();
  loaders.set(key, created);
  return created;
}
