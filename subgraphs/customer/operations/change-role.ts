/**
 * Grants and revokes roles. An owner makes nobody staff who has not agreed: a role is granted at once to who works for the owner already, or
 * did until lately in that role; to anybody else it is offered by mail, and the answer is the same whether the address has an account. Head
 * office, which sees every account, grants every role everywhere at once, and invites who has no account. Managers revoke the role of
 * baristas at theirs.
 */
import { forbidden, notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { email as emailInput, parseInput } from '../../../platform/kit/input.js';
import type { GrantRoleInput } from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import type { CustomerView } from '../domain/customer.js';
import type { Invitation } from '../domain/invitation.js';
import { mayGrant, mayHire, namedRole } from '../domain/roles.js';
import { findCustomerId } from '../store/customers.js';
import { deleteRole, findStaffId, findStaffIdOfLate, insertRole } from '../store/roles.js';
import { invite } from './invite-staff.js';
import { requireTenant } from './require-tenant.js';

/** @throws FORBIDDEN before the input is validated. */
export function requireMayGrant({ identity }: Context, { role }: GrantRoleInput): void {
  if (!mayGrant(scopeFor(identity, 'roles:grant'), role)) throw forbidden();
}

/** @throws FORBIDDEN before the input is validated. */
export function requireMayRevoke({ identity }: Context, { role }: GrantRoleInput): void {
  if (!mayGrant(scopeFor(identity, 'staff:hire'), role)) throw forbidden();
}

/** Either the person who has the role, or what was sent. */
export type Granted =
  | { readonly customerId: string; readonly invitation: null }
  | { readonly customerId: null; readonly invitation: Invitation };

/**
 * Changes nothing when the person holds the role there.
 * @throws NOT_FOUND for a place outside the caller's scope, and for an account that the caller does not see.
 */
export async function grantRole(caller: Context, input: GrantRoleInput): Promise<Granted> {
  const { database, ownDatabase } = caller;
  const named = namedPerson(input);
  const { scope, role, tenant } = await requireRole(caller, input, 'roles:grant');
  const customerId =
    (scope.everywhere ? await findAccountId(caller, named) : await findStaffId(database, scope, named)) ??
    (await findStaffIdOfLate(ownDatabase, named, { role, ...tenant }));
  if (customerId === null) {
    const email = named.email ?? (await addressOf(caller, named.customerId));
    return { customerId, invitation: await invite(caller, 'grantRole', { email, role, ...tenant }) };
  }
  await database.work(caller.cause, async (work) => {
    if (!(await insertRole(work.tx, { customerId, role, ...tenant, grantedBy: scope.customerId }))) return;
    const change = { action: 'grantRole', entity: { type: 'Customer', id: customerId }, tenant };
    recordChange(work, caller, { ...change, before: null, after: { role, ...tenant } });
  });
  return { customerId, invitation: null };
}

/**
 * @returns the person, as seen before: without the role the caller may not see them any more.
 * @throws NOT_FOUND as `grantRole`, UserFault NOT_FOUND when the person does not hold the role there.
 */
export async function revokeRole(caller: Context, input: GrantRoleInput): Promise<CustomerView | null> {
  const { database, loaders } = caller;
  const named = namedPerson(input);
  const { scope, role, tenant } = await requireRole(caller, input, 'staff:hire');
  const customerId = await holderOf(caller, scope, named);
  if (role === 'HQ' && customerId === scope.customerId) {
    throw UserFault.of(
      'INVALID_STATE',
      'Head office cannot lock itself out: another account has to revoke this role',
    );
  }
  const customer = await loaders.customer.load(customerId);
  await database.work(caller.cause, async (work) => {
    if (!(await deleteRole(work.tx, { customerId, role, ...tenant }))) throw notHeld();
    const change = { action: 'revokeRole', entity: { type: 'Customer', id: customerId }, tenant };
    recordChange(work, caller, { ...change, before: { role, ...tenant }, after: null });
  });
  return customer;
}

/** @throws NOT_FOUND for a place outside the caller's scope, FORBIDDEN for a role that the caller does not grant there. */
async function requireRole(
  { database, identity }: Context,
  input: GrantRoleInput,
  permission: 'roles:grant' | 'staff:hire',
) {
  const scope = scopeFor(identity, permission);
  const { role, place } = namedRole(input);
  const tenant = await requireTenant(database, scope, place);
  if (!mayHire(scope, role, tenant)) throw forbidden();
  return { scope, role, tenant };
}

/** By one of the two. */
type NamedPerson =
  | { readonly customerId: string; readonly email: null }
  | { readonly customerId: null; readonly email: string };

/** @throws NOT_FOUND for what is no id. */
function namedPerson({ customerId, email }: GrantRoleInput): NamedPerson {
  if (customerId != null && email == null) {
    if (!isId(customerId)) throw notFound('Customer');
    return { customerId, email: null };
  }
  if (customerId != null || email == null)
    throw UserFault.of('INVALID_INPUT', 'Name the person by customerId or by email');
  return { customerId: null, email: parseInput(emailInput, email) };
}

/** For head office. Null where there is no account, and for one that was deleted: that has no address. */
async function findAccountId(
  { database, loaders }: Context,
  { customerId, email }: NamedPerson,
): Promise<string | null> {
  if (email !== null) return findCustomerId(database, { email });
  const customer = await loaders.customer.load(customerId);
  return customer?.email == null ? null : customer.id;
}

/** Where an invitation goes. Who sees a guest, but not the address, has to know it. */
async function addressOf({ loaders }: Context, customerId: string): Promise<string> {
  const customer = await loaders.customer.load(customerId);
  if (customer === null) throw notFound('Customer');
  if (customer.access === 'staff' || customer.access === 'colleague') {
    throw UserFault.of('INVALID_INPUT', 'Who does not work for you yet is named by email', ['customerId']);
  }
  if (customer.email === null) throw notFound('Customer');
  return customer.email;
}

/** Only head office learns that an address has no account. */
async function holderOf(
  { database, loaders }: Context,
  { everywhere }: Scope,
  { customerId, email }: NamedPerson,
): Promise<string> {
  if (email === null) {
    if ((await loaders.customer.load(customerId)) === null) throw notFound('Customer');
    return customerId;
  }
  const id = await findCustomerId(database, { email });
  if (id !== null) return id;
  throw everywhere ? UserFault.of('NOT_FOUND', 'No account has this e-mail address', ['email']) : notHeld();
}

function notHeld(): UserFault {
  return UserFault.of('NOT_FOUND', 'This person does not hold that role there', ['role']);
}
