/** `Subscription`. */
import type { SubscriptionResolvers } from '../../../schema/types/customer.js';
import { watchNotifications } from '../operations/watch-notifications.js';
import type * as parents from './parents.js';

export const Subscription: SubscriptionResolvers = {
  notificationReceived: {
    subscribe: (_parent, _args, context) => watchNotifications(context),
    resolve: (notification: parents.Notification) => notification,
  },
};
