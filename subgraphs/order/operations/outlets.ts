/** Outlets by id, from the menu in memory. An outlet created a moment ago, whose event may be on the way, is waited for. */
import { notFound, UserFault } from '../../../platform/errors.js';
import { type Permission, scopeFor, tenantsOf } from '../../../platform/identity/identity.js';
import type { KnownPlaces } from '../../../platform/kit/requested-place.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { Context } from '../context.js';
import type { OutletRecord } from '../store/menu-read-model.js';

/** @throws NOT_FOUND for an outlet that is not in the copy, and for a draft of others. */
export async function findOutlet({ menu, identity }: Context, outletId: string): Promise<OutletRecord> {
  const outlet = menu.outlet(outletId) ?? (await findYoung(outletId, async () => menu.outlet(outletId)));
  if (outlet === null) throw notFound('Outlet');
  const { status, franchiseId } = outlet;
  if (status === 'DRAFT' && !covers(tenantsOf(identity), { franchiseId, outletId })) throw notFound('Outlet');
  return outlet;
}

/**
 * @param pickupAt when the guest wants the order; null for at once.
 * @param aheadMinutes how far ahead that may be.
 * @throws UserFault OUTLET_CLOSED where the outlet is not open then, INVALID_INPUT for what is no time to pick anything up.
 */
export function requireOpen(
  { name, times }: OutletRecord,
  pickupAt: Date | null,
  aheadMinutes: number,
): void {
  const now = new Date();
  if (pickupAt !== null && (pickupAt < now || pickupAt.getTime() > now.getTime() + aheadMinutes * 60_000)) {
    const message = `A pickup time is between now and ${aheadMinutes} minutes from now.`;
    throw UserFault.of('INVALID_INPUT', message, ['pickupAt']);
  }
  const moment = pickupAt ?? now;
  if (times.isOpenAt(moment)) return;
  const field = pickupAt === null ? 'outletId' : 'pickupAt';
  throw UserFault.of(
    'OUTLET_CLOSED',
    `${name} takes no orders for that time.`,
    [field],
    times.firstOpenFrom(moment),
  );
}

/** @throws NOT_FOUND for an outlet that does not exist or where the caller lacks the permission. */
export async function findOutletWithin(
  context: Context,
  permission: Permission,
  outletId: string,
): Promise<OutletRecord> {
  const outlet = await findOutlet(context, outletId);
  const { franchiseId } = outlet;
  if (!covers(scopeFor(context.identity, permission), { franchiseId, outletId })) throw notFound('Outlet');
  return outlet;
}

/** For `requirePlace`. */
export function knownPlaces({ menu }: Pick<Context, 'menu'>): KnownPlaces {
  return {
    franchiseOf: async (outletId) => menu.outlet(outletId)?.franchiseId ?? null,
    hasFranchise: async (franchiseId) => menu.hasFranchise(franchiseId),
  };
}
