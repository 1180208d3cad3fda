/** The copies of franchises, and of outlets with the franchise of each and the time zone of its days. */
import { isId } from '../../../platform/ids.js';
import type { KnownPlaces } from '../../../platform/kit/requested-place.js';
import type { WithOwnPool, WithPrisma } from './database.js';

export interface OutletCopy {
  readonly id: string;
  readonly franchiseId: string;
  readonly name: string;
  readonly address?: string | null;
  readonly timeZone: string;
  readonly version: number;
}

export async function findOutletFranchise({ prisma }: WithPrisma, id: string): Promise<string | null> {
  if (!isId(id)) return null;
  const outlet = await prisma.outletCopy.findUnique({ where: { id }, select: { franchiseId: true } });
  return outlet?.franchiseId ?? null;
}

/** In the order of `ids`; null for an outlet that is not in the copy. */
export async function findOutletFranchises(
  { prisma }: WithPrisma,
  ids: readonly string[],
): Promise<(string | null)[]> {
  const rows = await prisma.outletCopy.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, franchiseId: true },
  });
  const franchises = new Map(rows.map(({ id, franchiseId }) => [id, franchiseId]));
  return ids.map((id) => franchises.get(id) ?? null);
}

export async function findOutlet({ prisma }: WithPrisma, id: string): Promise<OutletCopy | null> {
  return isId(id) ? prisma.outletCopy.findUnique({ where: { id } }) : null;
}

/** For `requirePlace`. */
export function knownPlaces(database: WithPrisma): KnownPlaces {
  return {
    franchiseOf: (outletId) => findOutletFranchise(database, outletId),
    hasFranchise: async (id) =>
      (await database.prisma.franchiseCopy.findUnique({ where: { id }, select: { id: true } })) !== null,
  };
}

export async function insertFranchise({ pool }: WithOwnPool, id: string): Promise<void> {
  await pool.query('INSERT INTO franchise_copy (id) VALUES ($1) ON CONFLICT DO NOTHING', [id]);
}

/** Its franchise exists, too. An older version changes nothing. A time zone that PostgreSQL has no rules for counts as UTC. */
export async function upsertOutlet(
  { pool }: WithOwnPool,
  { id, franchiseId, name, address, timeZone, version }: OutletCopy,
): Promise<void> {
  await pool.query(
    `WITH franchise AS (INSERT INTO franchise_copy (id) VALUES ($2::uuid) ON CONFLICT DO NOTHING)
     INSERT INTO outlet_copy AS known (id, franchise_id, name, time_zone, version, address)
     VALUES ($1, $2::uuid, $3,
       coalesce((SELECT zone.name FROM pg_timezone_names zone WHERE lower(zone.name) = lower($4) LIMIT 1), 'UTC'), $5, $6)
     ON CONFLICT (id) DO UPDATE SET franchise_id = excluded.franchise_id, name = excluded.name,
       time_zone = excluded.time_zone, address = excluded.address, version = excluded.version WHERE known.version < excluded.version`,
    [id, franchiseId, name, timeZone, version, address ?? null],
  );
}
