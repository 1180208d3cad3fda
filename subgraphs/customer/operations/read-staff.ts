/** Lists staff and open invitations, within where the caller hires. */
import { type Permission, type Scope, scopeFor } from '../../../platform/identity/identity.js';
import type { CountedConnection, Page } from '../../../platform/kit/paging.js';
import { requirePlace } from '../../../platform/kit/requested-place.js';
import type { Context } from '../context.js';
import type { Invitation, StaffFilter, StaffMember } from '../domain/invitation.js';
import { findInvitationPage } from '../store/invitations.js';
import { findStaffPage } from '../store/roles.js';
import { findFranchise, findOutletTenant } from '../store/tenants.js';

type Caller = Pick<Context, 'database' | 'identity'>;

const PERMISSION: Permission = 'staff:hire';

/** @throws NOT_FOUND for a place that does not exist or lies outside the caller's scope. */
export async function readStaff(
  caller: Caller,
  filter: StaffFilter,
  page: Page,
): Promise<CountedConnection<StaffMember>> {
  return findStaffPage(caller.database, await placedScope(caller, filter), filter, page);
}

/** @throws NOT_FOUND as `readStaff`. */
export async function readInvitations(
  caller: Caller,
  filter: StaffFilter,
  page: Page,
): Promise<CountedConnection<Invitation>> {
  return findInvitationPage(caller.database, await placedScope(caller, filter), filter, page);
}

async function placedScope({ database, identity }: Caller, filter: StaffFilter): Promise<Scope> {
  const scope = scopeFor(identity, PERMISSION);
  await requirePlace(scope, filter, {
    franchiseOf: async (id) => (await findOutletTenant(database, id))?.franchiseId ?? null,
    hasFranchise: async (id) => (await findFranchise(database, id)) !== null,
  });
  return scope;
}
