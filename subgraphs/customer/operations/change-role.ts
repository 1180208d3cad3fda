/** Head office and owners grant and revoke roles: head office every role everywhere, owners those of their outlets. */
import { forbidden, notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { parseInput } from '../../../platform/kit/input.js';
import { covers, isStaff } from '../../../platform/kit/tenant-scope.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { GrantRoleInput } from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import type { CustomerView } from '../domain/customer.js';
import { mayGrant, namedRole, type Place } from '../domain/roles.js';
import { findCustomerId } from '../store/customers.js';
import type { CustomerDatabase } from '../store/database.js';
import { deleteRole, insertRole, type RoleTenant } from '../store/roles.js';
import { findFranchise, findOutletTenant } from '../store/tenants.js';
import { email as emailInput } from './account-input.js';

/** @throws FORBIDDEN before the input is validated. */
export function requireMayGrant({ identity }: Context, { role }: GrantRoleInput): void {
  if (!mayGrant(scopeFor(identity, 'roles:grant'), role)) throw forbidden();
}

/**
 * Changes nothing when the person holds the role there.
 * @returns the person's id.
 * @throws NOT_FOUND, also for a place outside the caller's scope.
 */
export async function grantRole(caller: Context, input: GrantRoleInput): Promise<string> {
  const { scope, customerId, role, tenant } = await resolve(caller, input);
  await caller.database.work(caller.cause, async (work) => {
    if (!(await insertRole(work.tx, { customerId, role, ...tenant, grantedBy: scope.customerId }))) return;
    const change = { action: 'grantRole', entity: { type: 'Customer', id: customerId }, tenant };
    recordChange(work, caller, { ...change, before: null, after: { role, ...tenant } });
  });
  return customerId;
}

/**
 * @returns the person, as seen before: without the role the caller may not see them any more.
 * @throws NOT_FOUND as `grantRole`, UserFault NOT_FOUND when the person does not hold the role there.
 */
export async function revokeRole(caller: Context, input: GrantRoleInput): Promise<CustomerView | null> {
  const { scope, customerId, role, tenant } = await resolve(caller, input);
  if (role === 'HQ' && customerId === scope.customerId) {
    throw UserFault.of(
      'INVALID_STATE',
      'Head office cannot lock itself out: another account has to revoke this role',
    );
  }
  const customer = await caller.loaders.customer.load(customerId);
  await caller.database.work(caller.cause, async (work) => {
    if (!(await deleteRole(work.tx, { customerId, role, ...tenant })))
      throw UserFault.of('NOT_FOUND', 'This person does not hold that role there', ['role']);
    const change = { action: 'revokeRole', entity: { type: 'Customer', id: customerId }, tenant };
    recordChange(work, caller, { ...change, before: { role, ...tenant }, after: null });
  });
  return customer;
}

async function resolve({ database, identity }: Context, input: GrantRoleInput) {
  const scope = scopeFor(identity, 'roles:grant');
  const { role, place } = namedRole(input);
  const customerId = await requirePerson(database, scope, input);
  return { scope, customerId, role, tenant: await requireTenant(database, scope, place) };
}

async function requirePerson(
  database: CustomerDatabase,
  scope: Scope,
  { customerId, email }: GrantRoleInput,
): Promise<string> {
  const maySearch = isStaff(scope);
  if (customerId != null && email == null) {
    const id = maySearch && isId(customerId) ? await findCustomerId(database, { id: customerId }) : null;
    if (id === null) throw notFound('Customer');
    return id;
  }
  if (customerId != null || email == null)
    throw UserFault.of('INVALID_INPUT', 'Name the person by customerId or by email');
  const address = parseInput(emailInput, email);
  const id = maySearch ? await findCustomerId(database, { email: address }) : null;
  if (id === null) throw UserFault.of('NOT_FOUND', 'No account has this e-mail address', ['email']);
  return id;
}

/** The tenant columns of a place. An outlet or franchise created a moment ago is waited for. */
async function requireTenant(database: CustomerDatabase, scope: Scope, place: Place): Promise<RoleTenant> {
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
