/** What an order means to its customer's loyalty. */
import type { OrderResolvers } from '../../../schema/types/customer.js';

export const Order: OrderResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  pointsEarned: ({ id }, _args, { loaders }) => loaders.pointsEarned.load(id),
  appliedRewards: ({ id }, _args, { loaders }) => loaders.appliedRewards.load(id),
};
