/** Copies of the menu's outlets and franchises: where a role can hold. A newer state replaces an older one, in any order. */
import type { DomainEvent } from '../../../platform/events/envelope.js';
import type { Scope } from '../../../platform/identity/identity.js';
import type { CustomerDatabase, Transaction } from './database.js';

export async function findOutletTenant(
  { prisma }: CustomerDatabase,
  outletId: string,
): Promise<{ readonly outletId: string; readonly franchiseId: string } | null> {
  const row = await prisma.outlet.findUnique({ where: { id: outletId }, select: { franchiseId: true } });
  return row === null ? null : { outletId, franchiseId: row.franchiseId };
}

export async function findFranchise(
  { prisma }: CustomerDatabase,
  franchiseId: string,
): Promise<{ readonly id: string } | null> {
  return prisma.franchise.findUnique({ where: { id: franchiseId }, select: { id: true } });
}

export interface NamedPlace {
  readonly id: string;
  readonly name: string;
}

/** The scope's outlets. */
export async function findCoveredOutlets(
  { prisma }: CustomerDatabase,
  { everywhere, franchiseIds, outletIds }: Scope,
): Promise<(NamedPlace & { readonly franchiseId: string })[]> {
  const isCovered = { OR: [{ franchiseId: { in: [...franchiseIds] } }, { id: { in: [...outletIds] } }] };
  return prisma.outlet.findMany({ where: everywhere ? {} : isCovered, omit: { version: true } });
}

/** The scope's franchises. */
export async function findCoveredFranchises(
  { prisma }: CustomerDatabase,
  { everywhere, franchiseIds }: Scope,
): Promise<NamedPlace[]> {
  const where = everywhere ? {} : { id: { in: [...franchiseIds] } };
  return prisma.franchise.findMany({ where, omit: { version: true } });
}

/** Of an outlet, or else of a franchise; null for the whole chain. */
export async function findPlaceName(
  { prisma }: CustomerDatabase,
  { outletId, franchiseId }: { readonly outletId: string | null; readonly franchiseId: string | null },
): Promise<string | null> {
  if (outletId !== null)
    return (
      (await prisma.outlet.findUnique({ where: { id: outletId }, select: { name: true } }))?.name ?? null
    );
  if (franchiseId === null) return null;
  return (
    (await prisma.franchise.findUnique({ where: { id: franchiseId }, select: { name: true } }))?.name ?? null
  );
}

export async function updateOutletCopy(
  tx: Transaction,
  { data, aggregateVersion: version }: DomainEvent<'outlet.changed'>,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO outlet (id, franchise_id, name, version)
    VALUES (${data.outletId}::uuid, ${data.franchiseId}::uuid, ${data.name}, ${version})
    ON CONFLICT (id) DO UPDATE
    SET franchise_id = excluded.franchise_id, name = excluded.name, version = excluded.version
    WHERE outlet.version < excluded.version`;
}

export async function updateFranchiseCopy(
  tx: Transaction,
  { data, aggregateVersion: version }: DomainEvent<'franchise.changed'>,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO franchise (id, name, version) VALUES (${data.franchiseId}::uuid, ${data.name}, ${version})
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version
    WHERE franchise.version < excluded.version`;
}
