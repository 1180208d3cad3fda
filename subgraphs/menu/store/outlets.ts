/** Franchises and their outlets: anybody reads them; head office and owners add to them. */
import { forbidden, notFound, UserFault } from '../../../platform/errors.js';
import type { Cause } from '../../../platform/events/envelope.js';
import { covers, type Scope } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { type Connection, connectionOf, type Page } from '../../../platform/paging.js';
import { isUniqueViolation, type MenuDatabase } from './database.js';

export interface FranchiseRow {
  readonly id: string;
  readonly name: string;
}

export interface OutletRow {
  readonly id: string;
  readonly franchiseId: string;
  readonly name: string;
  readonly city: string;
  readonly address: string;
  readonly phone: string;
  readonly timeZone: string;
}

export type NewOutlet = Omit<OutletRow, 'id'>;

/** A page of one franchise's outlets. */
export interface FranchisePage {
  readonly franchiseId: string;
  readonly page: Page;
}

const COLUMNS = {
  id: true,
  franchiseId: true,
  name: true,
  city: true,
  address: true,
  phone: true,
  timeZone: true,
} as const;

/** @param city whatever its case; null for everywhere. */
export async function readOutletPage(
  { prisma }: MenuDatabase,
  city: string | null,
  page: Page,
): Promise<Connection<OutletRow>> {
  const rows = await prisma.outlet.findMany({
    where: {
      ...(city !== null && { city: { equals: city.replaceAll(/[\\%_]/g, '\\$&'), mode: 'insensitive' } }),
      ...(page.after !== null && { id: { gt: page.after } }),
    },
    select: COLUMNS,
    orderBy: { id: 'asc' },
    take: page.limit + 1,
  });
  return connectionOf(page, rows, ({ id }) => id);
}

/** The pages asked for, in one query where they are of the same size and place. */
export async function readFranchisePages(
  database: MenuDatabase,
  asked: readonly FranchisePage[],
): Promise<Connection<OutletRow>[]> {
  const pages = new Map(asked.map(({ page }) => [keyOf(page), page]));
  const read = [...pages.values()].map(async (page) => {
    const alike = asked.filter((each) => keyOf(each.page) === keyOf(page));
    const rows = await readRanked(
      database,
      page,
      alike.map(({ franchiseId }) => franchiseId),
    );
    return [keyOf(page), rows] as const;
  });
  const rows = new Map(await Promise.all(read));
  return asked.map(({ franchiseId, page }) => {
    const own = rows.get(keyOf(page))?.filter((row) => row.franchiseId === franchiseId);
    return connectionOf(page, own ?? [], ({ id }) => id);
  });
}

function keyOf({ limit, after }: Page): string {
  return `${limit} ${after}`;
}

/** Of each franchise the rows of that page, and one more. */
async function readRanked(
  { prisma }: MenuDatabase,
  { limit, after }: Page,
  franchiseIds: readonly string[],
): Promise<OutletRow[]> {
  return prisma.$queryRaw`
    SELECT id, franchise_id AS "franchiseId", name, city, address, phone, time_zone AS "timeZone"
    FROM (SELECT *, row_number() OVER (PARTITION BY franchise_id ORDER BY id) AS place FROM outlet
          WHERE franchise_id = ANY(${franchiseIds}::uuid[]) AND (${after}::uuid IS NULL OR id > ${after}::uuid)) AS ranked
    WHERE place <= ${limit + 1} ORDER BY id`;
}

export async function readOutlets(
  { prisma }: MenuDatabase,
  ids: readonly string[],
): Promise<(OutletRow | null)[]> {
  const rows = await prisma.outlet.findMany({ where: { id: { in: ids.filter(isId) } }, select: COLUMNS });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

export async function readFranchises(
  { prisma }: MenuDatabase,
  ids: readonly string[],
): Promise<(FranchiseRow | null)[]> {
  const rows = await prisma.franchise.findMany({ where: { id: { in: ids.filter(isId) } } });
  const byId = new Map(rows.map(({ id, name }) => [id, { id, name }]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** @throws UserFault ALREADY_EXISTS when the name is taken. */
export async function createFranchise(
  database: MenuDatabase,
  cause: Cause,
  name: string,
): Promise<FranchiseRow> {
  const franchise = { id: newId(), name };
  await refusingTakenNames(() =>
    database.work(cause, async ({ tx, emit }) => {
      await tx.franchise.create({ data: { ...franchise, version: 1 } });
      emit({
        type: 'franchise.changed',
        aggregateId: franchise.id,
        aggregateVersion: 1,
        data: { franchiseId: franchise.id, name },
      });
    }),
  );
  return franchise;
}

/** @throws FORBIDDEN when the franchise lies outside the scope, UserFault ALREADY_EXISTS when it has an outlet of that name. */
export async function createOutlet(
  database: MenuDatabase,
  cause: Cause,
  scope: Scope,
  outlet: NewOutlet,
): Promise<OutletRow> {
  const { franchiseId } = outlet;
  const [franchise] = await readFranchises(database, [franchiseId]);
  if (franchise == null) throw notFound('Franchise');
  if (!covers(scope, { franchiseId })) throw forbidden();
  const id = newId();
  await refusingTakenNames(() =>
    database.work(cause, async ({ tx, emit }) => {
      await tx.outlet.create({ data: { id, ...outlet, version: 1 } });
      emit({
        type: 'outlet.changed',
        aggregateId: id,
        aggregateVersion: 1,
        data: { outletId: id, ...outlet },
      });
    }),
  );
  return { id, ...outlet };
}

async function refusingTakenNames(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'This name is taken', ['name']);
  }
}
