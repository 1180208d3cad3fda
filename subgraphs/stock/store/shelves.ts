/** Shelves and the credentials of their devices. */
import { notFound, UserFault } from '../../../platform/errors.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import type { Shelf } from '../../../prisma/stock/client/client.js';
import { hashOfToken, isTokenOf } from '../devices/device-token.js';
import type { StockDatabase, Transaction } from './database.js';
import { lockItem } from './items.js';
import { outletWithin, within } from './tenancy.js';

export interface NewShelf {
  readonly outletId: string;
  readonly stockItemId: string;
  readonly gramsPerUnit: number;
  readonly tareGrams: number;
}

export async function addShelf(
  tx: Transaction,
  scope: Scope,
  { outletId, stockItemId, gramsPerUnit, tareGrams }: NewShelf,
  deviceToken: string,
): Promise<Shelf> {
  const { franchiseId } = await outletWithin(tx, scope, outletId);
  const item = await lockItem(tx, scope, stockItemId);
  if (item.outletId !== outletId) throw notFound('Stock item');
  if (item.tracking !== 'SHELF') {
    throw UserFault.of('INVALID_STATE', 'The item is counted, not weighed', ['stockItemId']);
  }
  const tokenHash = hashOfToken(deviceToken);
  return tx.shelf.create({
    data: { id: newId(), franchiseId, outletId, stockItemId, gramsPerUnit, tareGrams, tokenHash },
  });
}

export async function changeToken(
  tx: Transaction,
  scope: Scope,
  shelfId: string,
  deviceToken: string,
): Promise<Shelf> {
  const where = { id: shelfId, removedAt: null, ...within(scope) };
  if (!isId(shelfId) || (await tx.shelf.findFirst({ where })) === null) throw notFound('Shelf');
  return tx.shelf.update({ where: { id: shelfId }, data: { tokenHash: hashOfToken(deviceToken) } });
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
