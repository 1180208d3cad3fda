/** Giving and taking roles, within what the caller may give. */
import { forbidden, notFound, payloadOf, UserFault } from '../../../platform/errors.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { parseInput } from '../../../platform/input.js';
import type { GrantRoleInput, MutationResolvers } from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import { mayGive, type NamedRole, namedRole } from '../domain/roles.js';
import { emailSchema } from '../operations/account-input.js';
import { findCustomerId } from '../store/customers.js';
import type { CustomerDatabase } from '../store/database.js';
import { grantRole as grant, revokeRole as revoke } from '../store/roles.js';

export const grantRole: NonNullable<MutationResolvers['grantRole']> = (_parent, { input }, context) =>
  change(context, input, grant);

export const revokeRole: NonNullable<MutationResolvers['revokeRole']> = (_parent, { input }, context) =>
  change(context, input, revoke);

type Change = (
  database: CustomerDatabase,
  scope: Scope,
  customerId: string,
  role: NamedRole,
) => Promise<void>;

function change({ database, identity, loaders }: Context, input: GrantRoleInput, apply: Change) {
  const scope = scopeFor(identity, 'roles:grant');
  if (!mayGive(scope, input.role)) throw forbidden();
  return payloadOf(async () => {
    const role = namedRole(input);
    const customerId = await personOf(database, scope, input);
    await apply(database, scope, customerId, role);
    const customer = await loaders.customer.load(customerId);
    if (customer === null) throw notFound('Customer');
    return { customer };
  });
}

async function personOf(
  database: CustomerDatabase,
  scope: Scope,
  { customerId, email }: GrantRoleInput,
): Promise<string> {
  if (customerId != null && email == null) {
    const id = await findCustomerId(database, scope, { customerId });
    if (id === null) throw notFound('Customer');
    return id;
  }
  if (customerId != null || email == null) {
    throw UserFault.of('INVALID_INPUT', 'Name the person by customerId or by email');
  }
  const address = parseInput(emailSchema, email);
  const id = await findCustomerId(database, scope, { email: address });
  if (id === null) throw UserFault.of('NOT_FOUND', 'Nobody has this e-mail address', ['email']);
  return id;
}
