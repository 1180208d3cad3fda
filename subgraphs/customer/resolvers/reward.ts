/** `Reward` and `Redemption`: what points can be spent on, and spending them. */
import { payloadOf } from '../../../platform/errors.js';
import { rupiah } from '../../../platform/money.js';
import type {
  MutationResolvers,
  QueryResolvers,
  RedemptionResolvers,
  RewardResolvers,
} from '../../../schema/types/customer.js';
import { redeemReward as redeem } from '../operations/redeem-reward.js';
import { findRewards } from '../store/redemptions.js';

export const rewards: NonNullable<QueryResolvers['rewards']> = (_parent, _args, { database }) =>
  findRewards(database);

export const redeemReward: NonNullable<MutationResolvers['redeemReward']> = (_parent, { input }, context) =>
  payloadOf(async () => ({ redemption: await redeem(context, input) }));

export const Reward: RewardResolvers = {
  amountOff: ({ amountOff }) => rupiah(amountOff),
};

export const Redemption: RedemptionResolvers = {
  amountOff: ({ amountOff }) => rupiah(amountOff),
  order: ({ orderId }) => (orderId === null ? null : { id: orderId, redemptionIds: [] }),
};
