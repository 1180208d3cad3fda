/** `Notification` and the caller's own list of them. */
import { liveUpdates } from '../../../platform/bus/live-updates.js';
import { payloadOf } from '../../../platform/errors.js';
import type {
  MutationResolvers,
  NotificationConnectionResolvers,
  NotificationResolvers,
  SubscriptionResolvers,
} from '../../../schema/types/customer.js';
import { callerOf } from '../context.js';
import type { Notification as NotificationRecord } from '../domain/notice.js';
import { markNotificationsRead as markRead } from '../operations/mark-notifications-read.js';
import {
  countUnread,
  findNewestOwnId,
  findOwnAfter,
  findOwnNotifications,
  notificationTopic,
} from '../store/notifications.js';
import { requireCustomer } from './customer.js';

export const Notification: NotificationResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.notification.load(id),
  order: ({ orderId }) => (orderId === null ? null : { id: orderId, redemptionIds: [] }),
  outlet: ({ outletId }) => (outletId === null ? null : { id: outletId }),
};

export const NotificationConnection: NotificationConnectionResolvers = {
  unreadCount: ({ customerId }, _args, { database }) => countUnread(database, customerId),
};

export const markNotificationsRead: NonNullable<MutationResolvers['markNotificationsRead']> = (
  _parent,
  { input },
  context,
) =>
  payloadOf(async () => {
    await markRead(context, input.notificationIds ?? null);
    return { customer: await requireCustomer(context, callerOf(context.identity)) };
  });

export const notificationReceived: NonNullable<SubscriptionResolvers['notificationReceived']> = {
  subscribe(_parent, _args, { bus, database, identity }) {
    const customerId = callerOf(identity);
    const sent = new Set<string>();
    let newest: string | null = null;
    /** The bus may repeat a message, and a catch-up may overlap with messages. */
    const unsent = (notifications: readonly NotificationRecord[]) =>
      notifications.flatMap((notification) => {
        if (sent.has(notification.id)) return [];
        sent.add(notification.id);
        return [{ notificationReceived: notification }];
      });

    return liveUpdates({
      bus,
      topic: notificationTopic(customerId),
      async first() {
        newest = await findNewestOwnId(database, customerId);
        return [];
      },
      async missed() {
        const rows = await findOwnAfter(database, customerId, newest);
        newest = rows.at(-1)?.id ?? newest;
        return unsent(rows);
      },
      next: async ({ id }) => unsent(await findOwnNotifications(database, customerId, [String(id)])),
    });
  },
};
