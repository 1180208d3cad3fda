/** Copies of the menu's outlets: which franchise each belongs to. A newer state replaces an older one, in any order of arrival. */
import type { KnownPlaces } from '../../../platform/kit/requested-place.js';
import type { MessagesDatabase, Transaction } from './database.js';

export interface OutletCopy {
  readonly outletId: string;
  readonly franchiseId: string;
  readonly version: number;
}

export async function upsertOutlet(
  tx: Transaction,
  { outletId, franchiseId, version }: OutletCopy,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO outlet (id, franchise_id, version) VALUES (${outletId}::uuid, ${franchiseId}::uuid, ${version})
    ON CONFLICT (id) DO UPDATE SET franchise_id = excluded.franchise_id, version = excluded.version
    WHERE outlet.version < excluded.version`;
}

/** For `requirePlace`. A franchise is known by its outlets. */
export function knownPlaces({ prisma }: MessagesDatabase): KnownPlaces {
  return {
    async franchiseOf(outletId) {
      const outlet = await prisma.outlet.findUnique({
        where: { id: outletId },
        select: { franchiseId: true },
      });
      return outlet?.franchiseId ?? null;
    },
    hasFranchise: async (franchiseId) => (await prisma.outlet.count({ where: { franchiseId } })) > 0,
  };
}
