/** Copies of the menu's outlets, written by events alone: a newer state replaces an older one, in any order of arrival. */
import type { DomainEvent } from '../../../platform/events/envelope.js';
import type { Scope } from '../../../platform/identity/identity.js';
import type { KnownPlaces } from '../../../platform/kit/requested-place.js';
import type { Outlet } from '../domain/records.js';
import type { OwnStockDatabase, StockDatabase, Transaction } from './database.js';

export async function upsertOutlet(tx: Transaction, event: DomainEvent<'outlet.changed'>): Promise<void> {
  const { outletId, franchiseId, name, address, timeZone } = event.data;
  await tx.$executeRaw`
    INSERT INTO outlet (id, franchise_id, name, address, time_zone, version)
    VALUES (${outletId}::uuid, ${franchiseId}::uuid, ${name}, ${address}, ${timeZone}, ${event.aggregateVersion})
    ON CONFLICT (id) DO UPDATE
    SET franchise_id = excluded.franchise_id, name = excluded.name, address = excluded.address, time_zone = excluded.time_zone,
      version = excluded.version
    WHERE outlet.version < excluded.version`;
}

/** Those of the scope. */
export async function findCoveredOutlets(
  { prisma }: StockDatabase,
  { everywhere, franchiseIds, outletIds }: Scope,
): Promise<Outlet[]> {
  const isCovered = { OR: [{ franchiseId: { in: [...franchiseIds] } }, { id: { in: [...outletIds] } }] };
  return prisma.outlet.findMany({ where: everywhere ? {} : isCovered });
}

/** Of every tenant. */
export async function findAllOutlets({ prisma }: OwnStockDatabase): Promise<Outlet[]> {
  return prisma.outlet.findMany({ orderBy: { id: 'asc' } });
}

export async function findOutletsByIds({ prisma }: StockDatabase, ids: readonly string[]): Promise<Outlet[]> {
  return prisma.outlet.findMany({ where: { id: { in: [...ids] } } });
}

/** One that exists. */
export async function findOutlet(tx: Transaction, id: string): Promise<Outlet> {
  return tx.outlet.findUniqueOrThrow({ where: { id } });
}

/** For `requirePlace`. A franchise is known by its outlets. */
export function knownPlaces(database: StockDatabase): KnownPlaces {
  return {
    franchiseOf: async (outletId) => (await findOutletsByIds(database, [outletId]))[0]?.franchiseId ?? null,
    hasFranchise: async (franchiseId) => (await database.prisma.outlet.count({ where: { franchiseId } })) > 0,
  };
}
