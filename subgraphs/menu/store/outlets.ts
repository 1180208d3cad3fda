/** Franchises and their outlets. */
import {
  type CountedConnection,
  connectionOf,
  idKeysetOf,
  keysetOf,
  type Page,
} from '../../../platform/kit/paging.js';
import { Prisma } from '../../../prisma/menu/client/client.js';
import type { Franchise, Outlet } from '../domain/outlet.js';
import type { MenuDatabase, Transaction } from './database.js';

const COLUMNS = {
  ...{ id: true, franchiseId: true, name: true, city: true, address: true, phone: true, timeZone: true },
} as const;

/** @param city compared by its words, whatever their case and accents; null for every city. */
export async function findOutletPage(
  { prisma }: MenuDatabase,
  city: string | null,
  page: Page,
): Promise<CountedConnection<Outlet>> {
  const inCity = await whereCity(prisma, city);
  const { where, orderBy, take } = idKeysetOf(page, 'asc');
  const rows = await prisma.outlet.findMany({
    where: { AND: [inCity, where] },
    select: COLUMNS,
    orderBy,
    take,
  });
  return connectionOf(
    page,
    rows,
    ({ id }) => id,
    () => prisma.outlet.count({ where: inCity }),
  );
}

async function whereCity(prisma: MenuDatabase['prisma'], city: string | null) {
  if (city === null) return {};
  const rows = await prisma.$queryRaw<{ city: string }[]>`
    SELECT DISTINCT city FROM outlet WHERE search_words(city) = search_words(${city})`;
  return { city: { in: rows.map((row) => row.city) } };
}

/** The rows of a page for each of these franchises. */
export async function findFranchiseOutlets(
  { prisma }: MenuDatabase,
  franchiseIds: readonly string[],
  page: Page,
): Promise<Outlet[]> {
  const { above, below, direction, take } = keysetOf(page, 'asc');
  const order = Prisma.raw(direction);
  return prisma.$queryRaw`
    SELECT id, franchise_id AS "franchiseId", name, city, address, phone, time_zone AS "timeZone"
    FROM (SELECT *, row_number() OVER (PARTITION BY franchise_id ORDER BY id ${order}) AS place FROM outlet
          WHERE franchise_id = ANY (${[...franchiseIds]}::uuid[])
            AND (${above}::uuid IS NULL OR id > ${above}::uuid) AND (${below}::uuid IS NULL OR id < ${below}::uuid)) AS ranked
    WHERE place <= ${take} ORDER BY id ${order}`;
}

/** How many outlets each franchise has. */
export async function countFranchiseOutlets(
  { prisma }: MenuDatabase,
  franchiseIds: readonly string[],
): Promise<number[]> {
  const counts = await prisma.outlet.groupBy({
    by: ['franchiseId'],
    where: { franchiseId: { in: [...franchiseIds] } },
    _count: true,
  });
  const byFranchise = new Map(counts.map(({ franchiseId, _count }) => [franchiseId, _count]));
  return franchiseIds.map((id) => byFranchise.get(id) ?? 0);
}

export async function findOutlets({ prisma }: MenuDatabase, ids: readonly string[]): Promise<Outlet[]> {
  return prisma.outlet.findMany({ where: { id: { in: [...ids] } }, select: COLUMNS });
}

export async function findFranchises({ prisma }: MenuDatabase, ids: readonly string[]): Promise<Franchise[]> {
  return prisma.franchise.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, name: true },
  });
}

/** @throws a unique violation when the name is taken. */
export async function insertFranchise(tx: Transaction, franchise: Franchise): Promise<void> {
  await tx.franchise.create({ data: { ...franchise, version: 1 } });
}

/** @throws a unique violation when the franchise has an outlet of that name. */
export async function insertOutlet(tx: Transaction, outlet: Outlet): Promise<void> {
  await tx.outlet.create({ data: { ...outlet, version: 1 } });
}
