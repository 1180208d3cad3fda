/** `Notification` and the caller's own list of them. */

import { translated } from '../../../platform/language/translate.js';
import type {
  NotificationConnectionResolvers,
  NotificationResolvers,
} from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import type { Notification as NotificationRecord } from '../domain/notice.js';
import { countUnread } from '../store/notifications.js';

export const Notification: NotificationResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.notification.load(id),
  title: async (notification, _args, context) =>
    translated(notification.title, await languageOfReader(notification, context)),
  body: async (notification, _args, context) =>
    translated(notification.body, await languageOfReader(notification, context)),
  order: ({ orderId }) => (orderId === null ? null : { id: orderId, redemptionIds: [] }),
  outlet: ({ outletId }) => (outletId === null ? null : { id: outletId }),
};

/** The client's, or that of the account where the client does not say. */
async function languageOfReader({ customerId }: NotificationRecord, { language, loaders }: Context) {
  return language ?? (await loaders.customer.load(customerId))?.language ?? undefined;
}

export const NotificationConnection: NotificationConnectionResolvers = {
  unreadCount: ({ customer }, _args, context) =>
    countUnread(context.readerOf(customer).database, customer.id),
};
