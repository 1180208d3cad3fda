/** Stock items: reading them within a scope, opening, changing and removing them. Their figures are moved by the ledger alone. */
import { notFound, UserFault } from '../../../platform/errors.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import type { Page } from '../../../platform/paging.js';
import type { StockItem, Tracking } from '../../../prisma/stock/client/client.js';
import { isUniqueViolation, type StockDatabase, type Transaction, type Work } from './database.js';
import { levelsTopic } from './levels.js';
import { recordMovements } from './movements.js';
import { outletWithin, within } from './tenancy.js';

export async function itemsByIds(
  { prisma }: StockDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<StockItem[]> {
  return prisma.stockItem.findMany({
    where: { id: { in: ids.filter(isId) }, removedAt: null, ...within(scope) },
  });
}

export interface ItemKey {
  readonly outletId: string;
  readonly ingredientId: string;
}

export async function itemsByKeys(
  { prisma }: StockDatabase,
  scope: Scope,
  keys: readonly ItemKey[],
): Promise<StockItem[]> {
  return prisma.stockItem.findMany({ where: { ...atAnyOf(keys), removedAt: null, ...within(scope) } });
}

/** What can be promised, for whoever may see a menu: no more than this one figure, within no scope. */
export async function availabilities(
  { prisma }: StockDatabase,
  keys: readonly ItemKey[],
): Promise<{ outletId: string; ingredientId: string; available: number }[]> {
  return prisma.stockItem.findMany({
    where: { ...atAnyOf(keys), removedAt: null },
    select: { outletId: true, ingredientId: true, available: true },
  });
}

/** Items at any of the keys' outlets of any of their ingredients: a superset of the keys. */
function atAnyOf(keys: readonly ItemKey[]) {
  return {
    outletId: { in: [...new Set(keys.map(({ outletId }) => outletId))].filter(isId) },
    ingredientId: { in: [...new Set(keys.map(({ ingredientId }) => ingredientId))].filter(isId) },
  };
}

/** A page of each outlet's items, in the order they were opened; one more than asked for tells of a next page. */
export async function itemPages(
  { pool }: StockDatabase,
  outletIds: readonly string[],
  { belowReorderPoint, page }: { belowReorderPoint: boolean; page: Page },
): Promise<StockItem[]> {
  const { rows } = await pool.query<StockItem>({
    name: 'item-pages',
    text: `
      SELECT item.id, item.franchise_id AS "franchiseId", item.outlet_id AS "outletId",
             item.ingredient_id AS "ingredientId", item.tracking, item.on_hand AS "onHand", item.reserved, item.drawn,
             item.available, item.reorder_point AS "reorderPoint", item.version, item.created_at AS "createdAt",
             item.removed_at AS "removedAt"
      FROM unnest($1::uuid[]) AS outlet (id), LATERAL (
        SELECT * FROM stock_item
        WHERE outlet_id = outlet.id AND removed_at IS NULL
          AND ($2::uuid IS NULL OR stock_item.id > $2) AND (NOT $3 OR available <= reorder_point)
        ORDER BY stock_item.id LIMIT $4
      ) AS item
      ORDER BY item.id`,
    values: [outletIds, page.after, belowReorderPoint, page.limit + 1],
  });
  return rows;
}

/** For live updates of outlets that the watcher may see; removed items too. */
export async function everyItemById({ prisma }: StockDatabase, ids: readonly string[]): Promise<StockItem[]> {
  return prisma.stockItem.findMany({ where: { id: { in: [...ids] } } });
}

/** Everything an outlet has, for those who watch it. */
export async function itemsOfOutlet({ prisma }: StockDatabase, outletId: string): Promise<StockItem[]> {
  return prisma.stockItem.findMany({ where: { outletId, removedAt: null }, orderBy: { id: 'asc' } });
}

/** The items, locked in the order of their ids as every statement locks them. Outside the scope: not among them. */
export async function lockItems(tx: Transaction, scope: Scope, ids: readonly string[]): Promise<StockItem[]> {
  const wanted = ids.filter(isId);
  await tx.$queryRaw`SELECT FROM stock_item WHERE id = ANY (${wanted}::uuid[]) ORDER BY id FOR UPDATE`;
  return tx.stockItem.findMany({ where: { id: { in: wanted }, removedAt: null, ...within(scope) } });
}

/** @throws NOT_FOUND for an item that does not exist or lies outside the scope. */
export async function lockItem(tx: Transaction, scope: Scope, id: string): Promise<StockItem> {
  const [item] = await lockItems(tx, scope, [id]);
  if (item === undefined) throw notFound('Stock item');
  return item;
}

export async function openItem(
  work: Work,
  scope: Scope,
  personId: string,
  item: {
    outletId: string;
    ingredientId: string;
    tracking: Tracking;
    reorderPoint: number;
    countedOnHand: number;
  },
): Promise<StockItem> {
  const { tx } = work;
  const { countedOnHand, ...fields } = item;
  const { franchiseId } = await outletWithin(tx, scope, item.outletId);
  const ingredient = isId(item.ingredientId)
    ? await tx.ingredient.findUnique({ where: { id: item.ingredientId } })
    : null;
  if (ingredient === null) throw notFound('Ingredient');
  const { id } = await tx.stockItem
    .create({ data: { id: newId(), franchiseId, ...fields } })
    .catch((error) => {
      if (!isUniqueViolation(error)) throw error;
      throw UserFault.of('ALREADY_EXISTS', `The outlet has an item of ${ingredient.name}`, ['ingredientId']);
    });
  await recordMovements(work, [
    { stockItemId: id, figure: 'ON_HAND', delta: countedOnHand, kind: 'OPENING', personId },
  ]);
  return tx.stockItem.findUniqueOrThrow({ where: { id } });
}

export async function changeReorderPoint(
  { tx, emit, publish }: Work,
  scope: Scope,
  id: string,
  reorderPoint: number,
): Promise<StockItem> {
  const before = await lockItem(tx, scope, id);
  const item = await tx.stockItem.update({
    where: { id },
    data: { reorderPoint, version: { increment: 1 } },
    include: { ingredient: true },
  });
  if (before.available > before.reorderPoint && item.available <= reorderPoint) {
    emit({
      type: 'stock.low',
      aggregateId: id,
      aggregateVersion: item.version,
      data: {
        stockItemId: id,
        outletId: item.outletId,
        franchiseId: item.franchiseId,
        ingredientName: item.ingredient.name,
        available: item.available,
        reorderPoint,
      },
    });
  }
  publish(levelsTopic(item.outletId), { id, version: item.version });
  return item;
}

/** @returns the removed item and the shelves that went with it, which are locked before it, as by what applies their readings. */
export async function removeItem(
  { tx, publish }: Work,
  scope: Scope,
  id: string,
): Promise<{ item: StockItem; shelfIds: string[] }> {
  if (!isId(id)) throw notFound('Stock item');
  await tx.$queryRaw`SELECT FROM shelf WHERE stock_item_id = ${id}::uuid ORDER BY id FOR UPDATE`;
  const { onHand, reserved, drawn } = await lockItem(tx, scope, id);
  if (onHand > 0 || reserved > 0 || drawn > 0) {
    throw UserFault.of('IN_USE', 'The item still holds or promises something', ['stockItemId']);
  }
  const removedAt = new Date();
  const item = await tx.stockItem.update({ where: { id }, data: { removedAt, version: { increment: 1 } } });
  const shelves = await tx.shelf.updateManyAndReturn({
    where: { stockItemId: id, removedAt: null },
    data: { removedAt },
    select: { id: true },
  });
  publish(levelsTopic(item.outletId), { id, version: item.version });
  return { item, shelfIds: shelves.map((shelf) => shelf.id) };
}
