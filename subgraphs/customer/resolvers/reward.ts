/** `Reward` and `Redemption`: what points can be spent on, and what was redeemed. */
import { rupiah } from '../../../platform/money.js';
import type { RedemptionResolvers, RewardResolvers } from '../../../schema/types/customer.js';

export const Reward: RewardResolvers = {
  amountOff: ({ amountOff }) => rupiah(amountOff),
};

export const Redemption: RedemptionResolvers = {
  amountOff: ({ amountOff }) => rupiah(amountOff),
  order: ({ orderId }) => (orderId === null ? null : { id: orderId, redemptionIds: [] }),
};
