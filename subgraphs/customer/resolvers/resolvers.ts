/** Every resolver of `schema/customer.graphql`. */
import type { Resolvers } from '../../../schema/types/customer.js';
import { refreshSession, signIn, signOut, signUp, updateProfile } from './account.js';
import { Customer, me } from './customer.js';
import {
  markNotificationsRead,
  Notification,
  NotificationConnection,
  notificationReceived,
} from './notification.js';
import { Order } from './order.js';
import { Redemption, Reward, redeemReward, rewards } from './reward.js';
import { grantRole, revokeRole } from './role.js';

export const resolvers: Resolvers = {
  Query: { me, rewards },
  Mutation: {
    signUp,
    signIn,
    refreshSession,
    signOut,
    updateProfile,
    grantRole,
    revokeRole,
    markNotificationsRead,
    redeemReward,
  },
  Subscription: { notificationReceived },
  Customer,
  Order,
  Reward,
  Redemption,
  Notification,
  NotificationConnection,
};
