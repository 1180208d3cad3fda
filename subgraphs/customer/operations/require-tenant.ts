/** Where a role is to hold, as far as the caller reaches. An outlet or franchise created a moment ago is waited for. */
import { notFound } from '../../../platform/errors.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { Place } from '../domain/roles.js';
import type { CustomerDatabase } from '../store/database.js';
import type { RoleTenant } from '../store/roles.js';
import { findFranchise, findOutletTenant } from '../store/tenants.js';

/** The tenant columns of a place. @throws NOT_FOUND, also for a place outside the caller's scope. */
export async function requireTenant(
  database: CustomerDatabase,
  scope: Scope,
  place: Place,
): Promise<RoleTenant> {
  switch (place.kind) {
    case 'everywhere':
      return { outletId: null, franchiseId: null };
    case 'franchise': {
      const { franchiseId } = place;
      const franchise = isId(franchiseId)
        ? await findYoung(franchiseId, () => findFranchise(database, franchiseId))
        : null;
      if (franchise === null || !covers(scope, { franchiseId })) throw notFound('Franchise');
      return { outletId: null, franchiseId };
    }
    case 'outlet': {
      const { outletId } = place;
      const outlet = isId(outletId)
        ? await findYoung(outletId, () => findOutletTenant(database, outletId))
        : null;
      if (outlet === null || !covers(scope, outlet)) throw notFound('Outlet');
      return outlet;
    }
  }
}
