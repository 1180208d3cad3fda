/** Outlets by id, from the menu in memory. An outlet created a moment ago, whose event may be on the way, is waited for. */
import { notFound } from '../../../platform/errors.js';
import { type Permission, scopeFor } from '../../../platform/identity/identity.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { Context } from '../context.js';
import type { OutletRecord } from '../store/menu-read-model.js';

/** @throws NOT_FOUND for an outlet that is not in the copy. */
export async function findOutlet({ menu }: Context, outletId: string): Promise<OutletRecord> {
  const outlet = menu.outlet(outletId) ?? (await findYoung(outletId, async () => menu.outlet(outletId)));
  if (outlet === null) throw notFound('Outlet');
  return outlet;
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
