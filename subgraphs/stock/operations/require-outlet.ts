/**
 * Finds the outlet that an operation is about. Stock's copy of it arrives by an event: an outlet created moments ago is waited
 * for.
 */
import { notFound } from '../../../platform/errors.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { Outlet } from '../domain/records.js';
import type { StockDatabase } from '../store/database.js';
import { findOutletsByIds } from '../store/outlets.js';

/**
 * Reads outside of any transaction: none is held open while it waits.
 * @throws NOT_FOUND for an outlet that does not exist or lies outside the scope.
 */
export async function requireOutlet(
  database: StockDatabase,
  scope: Scope,
  outletId: string,
): Promise<Outlet> {
  const outlet = isId(outletId)
    ? await findYoung(outletId, async () => (await findOutletsByIds(database, [outletId]))[0])
    : null;
  if (outlet === null || !covers(scope, { franchiseId: outlet.franchiseId, outletId }))
    throw notFound('Outlet');
  return outlet;
}
