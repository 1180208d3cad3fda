/** Stock items: rows within a scope. Their figures are moved by the ledger alone (see `movements.ts`). */
import type { Scope } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { idKeysetOf, keysetOf, type Page } from '../../../platform/kit/paging.js';
import { whereCovered } from '../../../platform/kit/tenant-scope.js';
import type { Ingredient, StockItem, Tracking } from '../domain/records.js';
import type { OwnStockDatabase, StockDatabase, Transaction } from './database.js';

/** Removed items, too: what they were is history that others refer to. */
export async function findItemsByIds(
  { prisma }: StockDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<StockItem[]> {
  return prisma.stockItem.findMany({ where: { id: { in: [...ids] }, ...whereCovered(scope) } });
}

export interface ItemKey {
  readonly outletId: string;
  readonly ingredientId: string;
}

/** Items at any of the keys' outlets of any of their ingredients: a superset of the keys. */
export async function findItemsByKeys(
  { prisma }: StockDatabase,
  scope: Scope,
  keys: readonly ItemKey[],
): Promise<StockItem[]> {
  return prisma.stockItem.findMany({ where: { ...atAnyOf(keys), removedAt: null, ...whereCovered(scope) } });
}

/** An item by what can be reserved of it. */
export interface AvailableItem extends ItemKey {
  readonly id: string;
  readonly available: number;
}

/** What can be reserved, for every caller: this one figure, outside every scope. May answer more than the keys. */
export async function findAvailable(
  { prisma }: OwnStockDatabase,
  keys: readonly ItemKey[],
): Promise<AvailableItem[]> {
  return prisma.stockItem.findMany({
    where: { ...atAnyOf(keys), removedAt: null },
    select: { id: true, outletId: true, ingredientId: true, available: true },
  });
}

function atAnyOf(keys: readonly ItemKey[]) {
  return {
    outletId: { in: [...new Set(keys.map(({ outletId }) => outletId))].filter(isId) },
    ingredientId: { in: [...new Set(keys.map(({ ingredientId }) => ingredientId))].filter(isId) },
  };
}

export interface ItemFilter {
  readonly belowReorderPoint: boolean;
}

const COLUMNS = `
  item.id, item.franchise_id AS "franchiseId", item.outlet_id AS "outletId", item.ingredient_id AS "ingredientId",
  item.tracking, item.on_hand AS "onHand", item.reserved, item.drawn, item.available, item.reorder_point AS "reorderPoint",
  item.version, item.created_at AS "createdAt", item.removed_at AS "removedAt", item.edit_version AS "editVersion",
  item.edited_by AS "editedBy", item.edited_at AS "editedAt", item.edit_trace_id AS "editTraceId"`;

/** The rows of a page of each outlet's items, in the order of their creation. */
export async function findItemPages(
  { pool }: StockDatabase,
  outletIds: readonly string[],
  { belowReorderPoint, page }: ItemFilter & { readonly page: Page },
): Promise<StockItem[]> {
  const { above, below, direction, take } = keysetOf(page, 'asc');
  const { rows } = await pool.query<StockItem>({
    name: `item-pages-${direction}`,
    text: `
      SELECT ${COLUMNS}
      FROM unnest($1::uuid[]) AS outlet (id), LATERAL (
        SELECT * FROM stock_item
        WHERE outlet_id = outlet.id AND removed_at IS NULL AND ($2::uuid IS NULL OR stock_item.id > $2)
          AND ($3::uuid IS NULL OR stock_item.id < $3) AND (NOT $4 OR available <= reorder_point)
        ORDER BY stock_item.id ${direction} LIMIT $5
      ) AS item
      ORDER BY item.id ${direction}`,
    values: [outletIds, above, below, belowReorderPoint, take],
  });
  return rows;
}

/** How many items each outlet has; outlets without any are left out. */
export async function countItems(
  { pool }: StockDatabase,
  outletIds: readonly string[],
  { belowReorderPoint }: ItemFilter,
): Promise<{ readonly id: string; readonly count: number }[]> {
  const { rows } = await pool.query<{ id: string; count: number }>({
    name: 'count-items',
    text: `
      SELECT outlet_id AS id, count(*)::integer AS count FROM stock_item
      WHERE outlet_id = ANY ($1::uuid[]) AND removed_at IS NULL AND (NOT $2 OR available <= reorder_point)
      GROUP BY outlet_id`,
    values: [outletIds, belowReorderPoint],
  });
  return rows;
}

/** Those of the ids that are the outlet's, for its subscribers, who may see it; removed items, too. */
export async function findWatchedItems(
  { prisma }: OwnStockDatabase,
  outletId: string,
  ids: readonly string[],
): Promise<StockItem[]> {
  return prisma.stockItem.findMany({ where: { id: { in: [...ids] }, outletId } });
}

/** All items of an outlet that the caller may see. */
export async function findItemsOfOutlet({ prisma }: StockDatabase, outletId: string): Promise<StockItem[]> {
  return prisma.stockItem.findMany({ where: { outletId, removedAt: null }, orderBy: { id: 'asc' } });
}

/** Whether the database shows the item to the caller, whatever the application has asked before. */
export async function isItemShown({ prisma }: StockDatabase, id: string): Promise<boolean> {
  return (await prisma.stockItem.count({ where: { id } })) > 0;
}

/**
 * The items, locked in the order of their ids, as every statement locks them. Removed items and those outside the scope are
 * left out.
 */
export async function findItemsForUpdate(
  tx: Transaction,
  scope: Scope,
  ids: readonly string[],
): Promise<StockItem[]> {
  const wanted = ids.filter(isId);
  await tx.$queryRaw`SELECT FROM stock_item WHERE id = ANY (${wanted}::uuid[]) ORDER BY id FOR UPDATE`;
  return tx.stockItem.findMany({ where: { id: { in: wanted }, removedAt: null, ...whereCovered(scope) } });
}

/** The outlet's item of an ingredient; null where it has none. */
export async function findItemIdAt(
  tx: Transaction,
  { outletId, ingredientId }: ItemKey,
): Promise<string | null> {
  const where = { outletId, ingredientId, removedAt: null };
  return (await tx.stockItem.findFirst({ where, select: { id: true } }))?.id ?? null;
}

/** Those of the ids that the outlet keeps, without a lock: the caller moves no figure of theirs. */
export async function findKeptItems(
  tx: Transaction,
  outletId: string,
  ids: readonly string[],
): Promise<Pick<StockItem, 'id' | 'ingredientId'>[]> {
  return tx.stockItem.findMany({
    where: { id: { in: ids.filter(isId) }, outletId, removedAt: null },
    select: { id: true, ingredientId: true },
  });
}

export interface NewItem extends ItemKey {
  readonly id: string;
  readonly franchiseId: string;
  readonly tracking: Tracking;
  readonly reorderPoint: number;
}

/** @throws a violation of `stock_item_of_outlet` where an outlet has an item of an ingredient. */
export async function insertItems(tx: Transaction, items: readonly NewItem[]): Promise<void> {
  await tx.stockItem.createMany({ data: [...items] });
}

/** What an outlet keeps, for another to keep the same. */
export async function findItemsToCopy(
  tx: Transaction,
  outletId: string,
): Promise<Pick<StockItem, 'ingredientId' | 'tracking' | 'reorderPoint'>[]> {
  return tx.stockItem.findMany({
    where: { outletId, removedAt: null },
    select: { ingredientId: true, tracking: true, reorderPoint: true },
    orderBy: { id: 'asc' },
  });
}

/** Those whose ingredient the outlet does not keep yet. */
export async function insertMissingItems(tx: Transaction, items: readonly NewItem[]): Promise<void> {
  await tx.stockItem.createMany({ data: [...items], skipDuplicates: true });
}

export async function findItem(tx: Transaction, id: string): Promise<StockItem> {
  return tx.stockItem.findUniqueOrThrow({ where: { id } });
}

/** Who changes an item without moving a figure, when, and in which trace. */
export interface Edit {
  readonly by: string;
  readonly at: Date;
  readonly traceId: string;
}

/** Changes an item that this transaction has locked; the edit is the cause of its new version. */
export async function updateItem(
  tx: Transaction,
  { id, version }: Pick<StockItem, 'id' | 'version'>,
  change: { readonly reorderPoint: number } | { readonly removedAt: Date } | { readonly tracking: Tracking },
  { by, at, traceId }: Edit,
): Promise<StockItem & { readonly ingredient: Ingredient }> {
  const edit = { editVersion: version + 1, editedBy: by, editedAt: at, editTraceId: traceId };
  return tx.stockItem.update({
    where: { id },
    data: { ...change, ...edit, version: version + 1 },
    include: { ingredient: true },
  });
}

/** As `updateItem`, for the reorder points of many items in one statement, so that their locks are held shortly. */
export async function updateReorderPoints(
  tx: Transaction,
  changes: readonly { readonly id: string; readonly reorderPoint: number }[],
  { by, at, traceId }: Edit,
): Promise<(StockItem & { readonly ingredient: Ingredient })[]> {
  const ids = changes.map(({ id }) => id);
  await tx.$executeRaw`
    UPDATE stock_item SET reorder_point = change.reorder_point, version = version + 1, edit_version = version + 1,
      edited_by = ${by}::uuid, edited_at = ${at}, edit_trace_id = ${traceId}::uuid
    FROM unnest(${ids}::uuid[], ${changes.map(({ reorderPoint }) => reorderPoint)}::integer[]) AS change (id, reorder_point)
    WHERE stock_item.id = change.id`;
  return tx.stockItem.findMany({ where: { id: { in: ids } }, include: { ingredient: true } });
}

/** With their ingredients, by age: the rows of a page of the scope's, or of one outlet's of it. */
export async function findNamedItemPage(
  { prisma }: StockDatabase,
  scope: Scope,
  outletId: string | null,
  page: Page,
): Promise<(StockItem & { readonly ingredient: Ingredient })[]> {
  const { where, orderBy, take } = idKeysetOf(page, 'asc');
  const found = [{ removedAt: null, ...(outletId !== null && { outletId }) }, whereCovered(scope), where];
  return prisma.stockItem.findMany({ where: { AND: found }, orderBy, take, include: { ingredient: true } });
}
