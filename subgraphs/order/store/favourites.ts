/** Favourite items of guests. Every statement names the guest. */
import { newId } from '../../../platform/ids.js';
import { type CountedConnection, connectionOf, idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import type { FavouriteRecord } from '../domain/favourite.js';
import type { OrderDatabase, Transaction } from './database.js';

/** The last added first. */
export async function findFavouritePage(
  { prisma }: OrderDatabase,
  customerId: string,
  page: Page,
): Promise<CountedConnection<FavouriteRecord>> {
  const { where, orderBy, take } = idKeysetOf(page, 'desc');
  const rows = await prisma.favourite.findMany({ where: { customerId, ...where }, orderBy, take });
  return connectionOf(
    page,
    rows,
    ({ id }) => id,
    () => prisma.favourite.count({ where: { customerId } }),
  );
}

export async function findFavourite(
  { prisma }: OrderDatabase,
  customerId: string,
  menuItemId: string,
): Promise<FavouriteRecord | null> {
  return prisma.favourite.findUnique({ where: { customerId_menuItemId: { customerId, menuItemId } } });
}

/** One that is there keeps its place, with other options. */
export async function upsertFavourite(
  tx: Transaction,
  { customerId, menuItemId, optionIds }: Omit<FavouriteRecord, 'id'>,
): Promise<FavouriteRecord> {
  const options = [...optionIds];
  return tx.favourite.upsert({
    where: { customerId_menuItemId: { customerId, menuItemId } },
    create: { id: newId(), customerId, menuItemId, optionIds: options },
    update: { optionIds: options },
  });
}

/** @returns whether it was one. */
export async function deleteFavourite(
  tx: Transaction,
  customerId: string,
  menuItemId: string,
): Promise<boolean> {
  const { count } = await tx.favourite.deleteMany({ where: { customerId, menuItemId } });
  return count === 1;
}
