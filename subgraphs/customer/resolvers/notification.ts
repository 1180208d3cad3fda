/** `Notification` and the caller's own list of them. */
import type {
  NotificationConnectionResolvers,
  NotificationResolvers,
} from '../../../schema/types/customer.js';
import { countUnread } from '../store/notifications.js';

export const Notification: NotificationResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.notification.load(id),
  order: ({ orderId }) => (orderId === null ? null : { id: orderId, redemptionIds: [] }),
  outlet: ({ outletId }) => (outletId === null ? null : { id: outletId }),
};

export const NotificationConnection: NotificationConnectionResolvers = {
  unreadCount: ({ customer }, _args, context) =>
    countUnread(context.readerOf(customer).database, customer.id),
};
