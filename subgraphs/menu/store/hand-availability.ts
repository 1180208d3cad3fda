/** What staff of outlets took off by hand. A row is never deleted: copies keep the one with the highest version. */
import type { HandAvailability } from '../domain/hand-availability.js';
import type { Transaction } from './database.js';

export async function findHandAvailability(
  tx: Transaction,
  outletId: string,
  subjectId: string,
): Promise<HandAvailability | null> {
  return tx.handAvailability.findUnique({
    where: { outletId_subjectId: { outletId, subjectId } },
    omit: { franchiseId: true },
  });
}

/**
 * Inserts or replaces it.
 * @param franchiseId of the outlet.
 * @returns it with its version, which rises by one.
 */
export async function updateHandAvailability(
  tx: Transaction,
  franchiseId: string,
  { outletId, subjectId, menuItemId, isAvailable, until }: Omit<HandAvailability, 'version'>,
): Promise<HandAvailability> {
  return tx.handAvailability.upsert({
    where: { outletId_subjectId: { outletId, subjectId } },
    create: { outletId, subjectId, menuItemId, franchiseId, isAvailable, until, version: 1 },
    update: { menuItemId, isAvailable, until, version: { increment: 1 } },
    omit: { franchiseId: true },
  });
}
