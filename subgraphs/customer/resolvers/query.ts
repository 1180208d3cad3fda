/** `Query`. */
import { callerOf } from '../../../platform/identity/identity.js';
import type { QueryResolvers } from '../../../schema/types/customer.js';
import { findRewards } from '../store/redemptions.js';
import { requireCustomer } from './customer.js';

export const Query: QueryResolvers = {
  me: (_parent, _args, context) => requireCustomer(context, callerOf(context.identity)),
  rewards: (_parent, _args, { database }) => findRewards(database),
};
