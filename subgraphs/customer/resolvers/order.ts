/** `Order`: its customer's points and rewards. */
import type { OrderResolvers } from '../../../schema/types/customer.js';

export const Order: OrderResolvers = {
  __resolveReference: ({ id, redemptionIds }) => ({ id, redemptionIds: redemptionIds ?? [] }),
  pointsEarned: ({ id }, _args, { loaders }) => loaders.pointsOfOrder.load(id),
  appliedRewards: async ({ redemptionIds }, _args, { loaders }) => {
    const rewards = await Promise.all(redemptionIds.map((id) => loaders.appliedReward.load(id)));
    return rewards.filter((reward) => reward !== null);
  },
};
