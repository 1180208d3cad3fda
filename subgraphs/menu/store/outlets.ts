/** Franchises and their outlets. */
import type { Scope } from '../../../platform/identity/identity.js';
import { type OutletStatus, openingExceptions, weeklyOpenings } from '../../../platform/kit/opening-hours.js';
import {
  type CountedConnection,
  connectionOf,
  idKeysetOf,
  keysetOf,
  type Page,
} from '../../../platform/kit/paging.js';
import { Prisma, type Outlet as StoredOutlet } from '../../../prisma/menu/client/client.js';
import type { Franchise, Outlet } from '../domain/outlet.js';
import type { MenuDatabase, Transaction } from './database.js';

/** What lists show, where they are not asked for certain statuses. */
const LISTED: readonly OutletStatus[] = ['DRAFT', 'OPEN', 'PAUSED'];

export interface OutletFilter {
  /** Compared by its words, whatever their case and accents; null for every city. */
  readonly city: string | null;
  /** Null for all but the closed ones. */
  readonly statuses: readonly OutletStatus[] | null;
}

export async function findOutletPage(
  { prisma }: MenuDatabase,
  { city, statuses }: OutletFilter,
  page: Page,
): Promise<CountedConnection<Outlet>> {
  const isWanted = { AND: [await whereCity(prisma, city), whereStatus(statuses ?? LISTED)] };
  const { where, orderBy, take } = idKeysetOf(page, 'asc');
  const rows = await prisma.outlet.findMany({ where: { AND: [isWanted, where] }, orderBy, take });
  return connectionOf(
    page,
    rows.map(outletOf),
    ({ id }) => id,
    () => prisma.outlet.count({ where: isWanted }),
  );
}

/** As `statusAt` has it: a pause that is over counts as OPEN. */
function whereStatus(statuses: readonly OutletStatus[]): Prisma.OutletWhereInput {
  const isOver = { status: 'PAUSED', pausedUntil: { lte: new Date() } } as const;
  const alike = statuses.filter((status) => status !== 'PAUSED');
  return {
    OR: [
      { status: { in: alike } },
      ...(statuses.includes('OPEN') ? [isOver] : []),
      ...(statuses.includes('PAUSED') ? [{ status: 'PAUSED' as const, NOT: isOver }] : []),
    ],
  };
}

async function whereCity(prisma: MenuDatabase['prisma'], city: string | null) {
  if (city === null) return {};
  const rows = await prisma.$queryRaw<{ city: string }[]>`
    SELECT DISTINCT city FROM outlet WHERE search_words(city) = search_words(${city})`;
  return { city: { in: rows.map((row) => row.city) } };
}

/** The rows of a page for each of these franchises, without the closed outlets. */
export async function findFranchiseOutlets(
  { prisma }: MenuDatabase,
  franchiseIds: readonly string[],
  page: Page,
): Promise<Outlet[]> {
  const { above, below, direction, take } = keysetOf(page, 'asc');
  const order = Prisma.raw(direction);
  const rows = await prisma.$queryRaw<StoredOutlet[]>`
    SELECT id, franchise_id AS "franchiseId", name, city, address, phone, time_zone AS "timeZone", status::text,
           paused_until AS "pausedUntil", opening_hours AS "openingHours", opening_exceptions AS "openingExceptions", version
    FROM (SELECT *, row_number() OVER (PARTITION BY franchise_id ORDER BY id ${order}) AS place FROM outlet
          WHERE franchise_id = ANY (${[...franchiseIds]}::uuid[]) AND status <> 'CLOSED'
            AND (${above}::uuid IS NULL OR id > ${above}::uuid) AND (${below}::uuid IS NULL OR id < ${below}::uuid)) AS ranked
    WHERE place <= ${take} ORDER BY id ${order}`;
  return rows.map(outletOf);
}

/** How many outlets each franchise has, without the closed ones. */
export async function countFranchiseOutlets(
  { prisma }: MenuDatabase,
  franchiseIds: readonly string[],
): Promise<number[]> {
  const counts = await prisma.outlet.groupBy({
    by: ['franchiseId'],
    where: { franchiseId: { in: [...franchiseIds] }, NOT: { status: 'CLOSED' } },
    _count: true,
  });
  const byFranchise = new Map(counts.map(({ franchiseId, _count }) => [franchiseId, _count]));
  return franchiseIds.map((id) => byFranchise.get(id) ?? 0);
}

export async function findOutlets({ prisma }: MenuDatabase, ids: readonly string[]): Promise<Outlet[]> {
  return (await prisma.outlet.findMany({ where: { id: { in: [...ids] } } })).map(outletOf);
}

/** Those of the scope, whatever their status, by age. */
export async function findCoveredOutlets({ prisma }: MenuDatabase, scope: Scope): Promise<Outlet[]> {
  const rows = await prisma.outlet.findMany({ where: coveredOutlets(scope), orderBy: { id: 'asc' } });
  return rows.map(outletOf);
}

/** The rows of a page of them. */
export async function findCoveredOutletPage(
  { prisma }: MenuDatabase,
  scope: Scope,
  page: Page,
): Promise<Outlet[]> {
  const { where, orderBy, take } = idKeysetOf(page, 'asc');
  const rows = await prisma.outlet.findMany({
    where: { AND: [coveredOutlets(scope), where] },
    orderBy,
    take,
  });
  return rows.map(outletOf);
}

function coveredOutlets({ everywhere, franchiseIds, outletIds }: Scope): Prisma.OutletWhereInput {
  if (everywhere) return {};
  return { OR: [{ franchiseId: { in: [...franchiseIds] } }, { id: { in: [...outletIds] } }] };
}

/** Locked, so that changes of one outlet are made one after the other. */
export async function findOutletForUpdate(tx: Transaction, id: string): Promise<Outlet | null> {
  await tx.$queryRaw`SELECT FROM outlet WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  const row = await tx.outlet.findUnique({ where: { id } });
  return row && outletOf(row);
}

export async function findFranchises({ prisma }: MenuDatabase, ids: readonly string[]): Promise<Franchise[]> {
  return prisma.franchise.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, name: true },
  });
}

export async function findAllFranchises({ prisma }: MenuDatabase): Promise<Franchise[]> {
  return prisma.franchise.findMany({ select: { id: true, name: true } });
}

/** Those of the scope, by age. */
export async function findCoveredFranchisePage(
  { prisma }: MenuDatabase,
  { everywhere, franchiseIds }: Scope,
  page: Page,
): Promise<CountedConnection<Franchise>> {
  const isCovered = everywhere ? {} : { id: { in: [...franchiseIds] } };
  const { where, orderBy, take } = idKeysetOf(page, 'asc');
  const select = { id: true, name: true };
  const found = { AND: [isCovered, where] };
  const rows = await prisma.franchise.findMany({ where: found, orderBy, take, select });
  return connectionOf(
    page,
    rows,
    ({ id }) => id,
    () => prisma.franchise.count({ where: isCovered }),
  );
}

/** The rows of a page, by age. */
export async function findFranchisePage({ prisma }: MenuDatabase, page: Page): Promise<Franchise[]> {
  return prisma.franchise.findMany({ ...idKeysetOf(page, 'asc'), select: { id: true, name: true } });
}

/** @throws a unique violation when the name is taken. */
export async function insertFranchise(tx: Transaction, franchise: Franchise): Promise<void> {
  await tx.franchise.create({ data: { ...franchise, version: 1 } });
}

/** @throws a unique violation when the franchise has an outlet of that name. */
export async function insertOutlet(tx: Transaction, outlet: Outlet): Promise<void> {
  await tx.outlet.create({ data: rowOf(outlet) });
}

/** @throws a unique violation when the franchise has another outlet of that name. */
export async function updateOutlet(tx: Transaction, outlet: Outlet): Promise<void> {
  const { id, franchiseId: _, ...columns } = rowOf(outlet);
  await tx.outlet.update({ where: { id }, data: columns });
}

function rowOf({ openingHours: { weekly, exceptions }, ...outlet }: Outlet) {
  return {
    ...outlet,
    openingHours: weekly.map((opening) => ({ ...opening })),
    openingExceptions: exceptions.map(({ date, openings }) => ({
      date,
      openings: openings.map((opening) => ({ ...opening })),
    })),
  };
}

function outletOf(row: Omit<StoredOutlet, 'createdAt'>): Outlet {
  const { id, franchiseId, name, city, address, phone, timeZone, status, pausedUntil, version } = row;
  return {
    ...{ id, franchiseId, name, city, address, phone, timeZone, status, pausedUntil, version },
    openingHours: {
      weekly: weeklyOpenings.parse(row.openingHours),
      exceptions: openingExceptions.parse(row.openingExceptions),
    },
  };
}
