/** What points can be spent on, and spending them. */
import { z } from 'zod';
import { payloadOf } from '../../../platform/errors.js';
import { ownScope } from '../../../platform/identity/identity.js';
import { parseInput } from '../../../platform/input.js';
import { rupiah } from '../../../platform/money.js';
import type {
  MutationResolvers,
  QueryResolvers,
  RedemptionResolvers,
  RewardResolvers,
} from '../../../schema/types/customer.js';
import { callerOf } from '../context.js';
import * as store from '../store/redemptions.js';

const redeemSchema = z.object({
  rewardId: z.string().toLowerCase(),
  idempotencyKey: z
    .string()
    .min(1, 'Required')
    .max(128, 'At most 128 characters')
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Must not contain control characters'),
});

export const rewards: NonNullable<QueryResolvers['rewards']> = (_parent, _args, { database }) =>
  store.readRewards(database);

export const redeemReward: NonNullable<MutationResolvers['redeemReward']> = (_parent, { input }, context) =>
  payloadOf(async () => {
    callerOf(context.identity);
    const { rewardId, idempotencyKey } = parseInput(redeemSchema, input);
    const scope = ownScope(context.identity);
    const { database, cause } = context;
    return { redemption: await store.redeemReward(database, cause, scope, rewardId, idempotencyKey) };
  });

export const Reward: RewardResolvers = {
  amountOff: ({ amountOff }) => rupiah(amountOff),
};

export const Redemption: RedemptionResolvers = {
  amountOff: ({ amountOff }) => rupiah(amountOff),
  order: ({ orderId }) => (orderId === null ? null : { id: orderId, redemptionIds: [] }),
};
