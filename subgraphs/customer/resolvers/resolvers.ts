/** Every resolver of `schema/customer.graphql`. */
import type { Resolvers } from '../../../schema/types/customer.js';
import { AccountExport } from './account-export.js';
import { AuditEntry } from './audit-entry.js';
import { Customer } from './customer.js';
import { Mutation } from './mutation.js';
import { Notification, NotificationConnection } from './notification.js';
import { Order } from './order.js';
import { Query } from './query.js';
import { Redemption, Reward } from './reward.js';
import { SignedInSession } from './signed-in-session.js';
import { StaffInvitation, StaffMember } from './staff.js';
import { Subscription } from './subscription.js';

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Subscription,
  Customer,
  AccountExport,
  SignedInSession,
  StaffMember,
  StaffInvitation,
  Order,
  Reward,
  Redemption,
  Notification,
  NotificationConnection,
  AuditEntry,
};
