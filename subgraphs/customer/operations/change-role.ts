/**
 * Head office and owners grant and revoke roles: head office every role everywhere, owners those of their outlets. Managers revoke the
 * role of baristas at theirs.
 */
import { forbidden, notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { email as emailInput, parseInput } from '../../../platform/kit/input.js';
import { covers, isStaff } from '../../../platform/kit/tenant-scope.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { GrantRoleInput } from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import type { CustomerView } from '../domain/customer.js';
import { mayGrant, mayHire, namedRole, type Place } from '../domain/roles.js';
import { findCustomerId } from '../store/customers.js';
import type { CustomerDatabase } from '../store/database.js';
import type { Loaders } from '../store/loaders.js';
import { deleteRole, insertRole, type RoleTenant } from '../store/roles.js';
import { findFranchise, findOutletTenant } from '../store/tenants.js';

/** @throws FORBIDDEN before the input is validated. */
export function requireMayGrant({ identity }: Context, { role }: GrantRoleInput): void {
  if (!mayGrant(scopeFor(identity, 'roles:grant'), role)) throw forbidden();
}

/** @throws FORBIDDEN before the input is validated. */
export function requireMayRevoke({ identity }: Context, { role }: GrantRoleInput): void {
  if (!mayGrant(scopeFor(identity, 'staff:hire'), role)) throw forbidden();
}

/**
 * Changes nothing when the person holds the role there.
 * @returns the person's id.
 * @throws NOT_FOUND, also for a place outside the caller's scope.
 */
export async function grantRole(caller: Context, input: GrantRoleInput): Promise<string> {
  const { scope, customerId, role, tenant } = await resolve(caller, input, 'roles:grant');
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
  const { scope, customerId, role, tenant } = await resolve(caller, input, 'staff:hire');
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

async function resolve(
  { database, identity, loaders }: Context,
  input: GrantRoleInput,
  permission: 'roles:grant' | 'staff:hire',
) {
  const scope = scopeFor(identity, permission);
  const { role, place } = namedRole(input);
  const customerId = await requirePerson(database, scope, input, loaders);
  const tenant = await requireTenant(database, scope, place);
  if (!mayHire(scope, role, tenant)) throw forbidden();
  return { scope, customerId, role, tenant };
}

async function requirePerson(
  database: CustomerDatabase,
  scope: Scope,
  { customerId, email }: GrantRoleInput,
  { customer }: Loaders,
): Promise<string> {
  const maySearch = isStaff(scope);
  if (customerId != null && email == null) {
    // Managers search no accounts: they name those whom they see.
    const id =
      maySearch && isId(customerId)
        ? ((await findCustomerId(database, { id: customerId })) ??
          (await customer.load(customerId))?.id ??
          null)
        : null;
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
