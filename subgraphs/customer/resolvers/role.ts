/** Granting and revoking roles. */
import { payloadOf } from '../../../platform/errors.js';
import type { MutationResolvers } from '../../../schema/types/customer.js';
import { grantRole as grant, requireMayGrant, revokeRole as revoke } from '../operations/change-role.js';
import { requireCustomer } from './customer.js';

export const grantRole: NonNullable<MutationResolvers['grantRole']> = (_parent, { input }, context) => {
  requireMayGrant(context, input);
  return payloadOf(async () => ({ customer: await requireCustomer(context, await grant(context, input)) }));
};

export const revokeRole: NonNullable<MutationResolvers['revokeRole']> = (_parent, { input }, context) => {
  requireMayGrant(context, input);
  return payloadOf(async () => ({ customer: await requireCustomer(context, await revoke(context, input)) }));
};
