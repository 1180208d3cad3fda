/** Shelves and the credentials of their devices. */
import { notFound, UserFault } from '../../../platform/errors.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { Shelf, StockItem } from '../../../prisma/stock/client/client.js';
import { hashOfToken, isTokenOf } from '../ingest/devices/device-token.js';
import type { StockDatabase, Transaction } from './database.js';
import { itemsByIds, lockItem } from './stock-items.js';
import { outletWithin, within } from './tenancy.js';

export interface NewShelf {
  readonly outletId: string;
  readonly stockItemId: string;
  readonly gramsPerUnit: number;
  readonly tareGrams: number;
}

/** Finds out without a lock what `addShelf` would have against the shelf. @throws the same. */
export async function checkNewShelf(
  database: StockDatabase,
  scope: Scope,
  { outletId, stockItemId }: NewShelf,
): Promise<void> {
  await outletWithin(database.prisma, scope, outletId);
  const [item] = await itemsByIds(database, scope, [stockItemId]);
  requireWeighed(item, outletId);
}

/** @throws NOT_FOUND for an outlet or item that the scope does not cover; UserFault for an item without scales. */
export async function addShelf(
  tx: Transaction,
  scope: Scope,
  { id, outletId, stockItemId, gramsPerUnit, tareGrams }: NewShelf & { readonly id: string },
  deviceToken: string,
): Promise<Shelf> {
  const { franchiseId } = await outletWithin(tx, scope, outletId);
  requireWeighed(await lockItem(tx, scope, stockItemId), outletId);
  const tokenHash = hashOfToken(deviceToken);
  return tx.shelf.create({
    data: { id, franchiseId, outletId, stockItemId, gramsPerUnit, tareGrams, tokenHash },
  });
}

function requireWeighed(item: StockItem | undefined, outletId: string): void {
  if (item?.outletId !== outletId) throw notFound('Stock item');
  if (item.tracking !== 'SHELF') {
    throw UserFault.of('INVALID_STATE', 'The item is counted, not weighed', ['stockItemId']);
  }
}

/**
 * The shelf, for a new token: until the transaction ends nobody else gets it for that. The row itself is not locked, so
 * readings are applied meanwhile. @throws NOT_FOUND for a shelf that is not there or lies outside the scope.
 */
export async function shelfForNewToken(tx: Transaction, scope: Scope, shelfId: string): Promise<Shelf> {
  const where = { id: shelfId, removedAt: null, ...within(scope) };
  const shelf = isId(shelfId) ? await tx.shelf.findFirst({ where }) : null;
  if (shelf === null) throw notFound('Shelf');
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${shelfId}, 0))`;
  return shelf;
}

/** @returns nothing where the shelf has been removed. */
export async function keepToken(
  tx: Transaction,
  shelfId: string,
  deviceToken: string,
): Promise<Shelf | undefined> {
  const [shelf] = await tx.shelf.updateManyAndReturn({
    where: { id: shelfId, removedAt: null },
    data: { tokenHash: hashOfToken(deviceToken) },
  });
  return shelf;
}

export async function shelvesByIds(
  { prisma }: StockDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<Shelf[]> {
  return prisma.shelf.findMany({ where: { id: { in: ids.filter(isId) }, ...within(scope) } });
}

/** The shelves of items that the caller was given, oldest first. */
export async function shelvesOfItems(
  { prisma }: StockDatabase,
  stockItemIds: readonly string[],
): Promise<Shelf[]> {
  return prisma.shelf.findMany({
    where: { stockItemId: { in: [...stockItemIds] }, removedAt: null },
    orderBy: { id: 'asc' },
  });
}

/** The shelf that a device signs in as, or nothing where name or token are not right. For the MQTT broker. */
export async function shelfOfDevice(
  { prisma }: StockDatabase,
  name: string,
  token: string,
): Promise<{ id: string; outletId: string } | undefined> {
  if (!isId(name)) return undefined;
  const shelf = await prisma.shelf.findFirst({ where: { id: name, removedAt: null } });
  if (shelf === null || !isTokenOf(token, shelf.tokenHash)) return undefined;
  return { id: shelf.id, outletId: shelf.outletId };
}
