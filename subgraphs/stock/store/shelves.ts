/** Shelves, and the hashed credentials of their devices. */
import type { Scope } from '../../../platform/identity/identity.js';
import { idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import { whereCovered } from '../../../platform/kit/tenant-scope.js';
import type { Shelf } from '../domain/records.js';
import type { OwnStockDatabase, StockDatabase, Transaction } from './database.js';

export type TokenHash = Uint8Array<ArrayBuffer>;

export interface NewShelf {
  readonly id: string;
  readonly franchiseId: string;
  readonly outletId: string;
  readonly stockItemId: string;
  readonly gramsPerUnit: number;
  readonly tareGrams: number;
  readonly tokenHash: TokenHash;
}

/** @returns in any order. */
export async function insertShelves(tx: Transaction, shelves: readonly NewShelf[]): Promise<Shelf[]> {
  return tx.shelf.createManyAndReturn({ data: [...shelves] });
}

/** What a shelf is found and described by. */
export interface NamedShelf extends Shelf {
  /** Which of its item's shelves it is, from 1, by age. */
  readonly number: number;
  readonly ingredient: string;
}

/** The rows of a page of the scope's shelves, or of one outlet's of it, by age. */
export async function findNamedShelfPage(
  { prisma }: StockDatabase,
  scope: Scope,
  outletId: string | null,
  page: Page,
): Promise<NamedShelf[]> {
  const { where, orderBy, take } = idKeysetOf(page, 'asc');
  const found = [{ removedAt: null, ...(outletId !== null && { outletId }) }, whereCovered(scope), where];
  const named = { select: { ingredient: { select: { name: true } }, shelves: SIBLINGS } } as const;
  const rows = await prisma.shelf.findMany({
    ...{ where: { AND: found }, orderBy, take },
    include: { stockItem: named },
  });
  return rows.map(({ stockItem: { ingredient, shelves }, ...shelf }) => ({
    ...shelf,
    number: shelves.findIndex(({ id }) => id === shelf.id) + 1,
    ingredient: ingredient.name,
  }));
}

const SIBLINGS = { where: { removedAt: null }, select: { id: true }, orderBy: { id: 'asc' } } as const;

/** Removed shelves, too: readings of the past refer to them. */
export async function findShelvesByIds(
  { prisma }: StockDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<Shelf[]> {
  return prisma.shelf.findMany({ where: { id: { in: [...ids] }, ...whereCovered(scope) } });
}

/** The shelves of items that the caller may see, oldest first. */
export async function findShelvesOfItems(
  { prisma }: { readonly prisma: Pick<StockDatabase['prisma'] & Transaction, 'shelf'> },
  stockItemIds: readonly string[],
): Promise<Shelf[]> {
  return prisma.shelf.findMany({
    where: { stockItemId: { in: [...stockItemIds] }, removedAt: null },
    orderBy: { id: 'asc' },
  });
}

/**
 * The shelf, for a new token: until the transaction ends no other gets it for that. The row is not locked, so readings are
 * applied meanwhile.
 */
export async function findShelfForNewToken(tx: Transaction, scope: Scope, id: string): Promise<Shelf | null> {
  const shelf = await tx.shelf.findFirst({ where: { id, removedAt: null, ...whereCovered(scope) } });
  if (shelf !== null) await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${id}, 0))`;
  return shelf;
}

/** @returns nothing where the shelf has been removed. */
export async function updateToken(
  tx: Transaction,
  id: string,
  tokenHash: TokenHash,
): Promise<Shelf | undefined> {
  const [shelf] = await tx.shelf.updateManyAndReturn({ where: { id, removedAt: null }, data: { tokenHash } });
  return shelf;
}

/** Locks an item's shelves before the item, as the statement that applies their readings does. */
export async function lockShelvesOfItem(tx: Transaction, stockItemId: string): Promise<void> {
  await tx.$queryRaw`SELECT FROM shelf WHERE stock_item_id = ${stockItemId}::uuid ORDER BY id FOR UPDATE`;
}

/** @returns the ids of the shelves that were removed now. */
export async function updateShelvesRemoved(
  tx: Transaction,
  stockItemId: string,
  removedAt: Date,
): Promise<string[]> {
  const shelves = await tx.shelf.updateManyAndReturn({
    where: { stockItemId, removedAt: null },
    data: { removedAt },
    select: { id: true },
  });
  return shelves.map(({ id }) => id);
}

/** A shelf's device, for the broker. */
export interface ShelfCredential {
  readonly id: string;
  readonly outletId: string;
  readonly tokenHash: Uint8Array;
  readonly removedAt: Date | null;
}

/** @param id a UUID; null for a shelf that has been removed. */
export async function findCredential(
  { prisma }: OwnStockDatabase,
  id: string,
): Promise<ShelfCredential | null> {
  return prisma.shelf.findFirst({ where: { id, removedAt: null } });
}

/** Of every tenant; removed shelves, too. */
export async function findAllCredentials({ prisma }: OwnStockDatabase): Promise<ShelfCredential[]> {
  return prisma.shelf.findMany({ select: { id: true, outletId: true, tokenHash: true, removedAt: true } });
}
