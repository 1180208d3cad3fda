/** `Notification` and the caller's own list of them. */
import { liveUpdates } from '../../../platform/bus/live-updates.js';
import { notFound, payloadOf, UserFault } from '../../../platform/errors.js';
import { ownScope } from '../../../platform/identity/identity.js';
import type {
  MutationResolvers,
  NotificationConnectionResolvers,
  NotificationResolvers,
  SubscriptionResolvers,
} from '../../../schema/types/customer.js';
import { callerOf } from '../context.js';
import {
  countUnread,
  markRead,
  type NotificationRow,
  newestOwnId,
  notificationTopic,
  readOwnAfter,
  readOwnNotifications,
} from '../store/notifications.js';

const MAXIMUM_AT_ONCE = 1_000;

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
    const ids = input.notificationIds ?? null;
    if (ids !== null && ids.length > MAXIMUM_AT_ONCE) {
      throw UserFault.of('INVALID_INPUT', `At most ${MAXIMUM_AT_ONCE} at once`, ['notificationIds']);
    }
    const unknown = await markRead(context.database, ownScope(context.identity), ids);
    if (unknown.length > 0) {
      throw new UserFault(
        unknown.map((id) => ({
          code: 'NOT_FOUND',
          field: ['notificationIds', String(ids?.indexOf(id))],
          message: 'Notification not found',
        })),
      );
    }
    const customer = await context.loaders.customer.load(callerOf(context.identity));
    if (customer === null) throw notFound('Customer');
    return { customer };
  });

export const notificationReceived: NonNullable<SubscriptionResolvers['notificationReceived']> = {
  subscribe(_parent, _args, { bus, database, identity }) {
    const topic = notificationTopic(callerOf(identity));
    const scope = ownScope(identity);
    const sent = new Set<string>();
    let newest: string | null = null;
    const news = (rows: readonly (NotificationRow | null | undefined)[]) =>
      rows.flatMap((row) => {
        if (row == null || sent.has(row.id)) return [];
        sent.add(row.id);
        return [{ notificationReceived: row }];
      });

    return liveUpdates({
      bus,
      topic,
      async first() {
        newest = await newestOwnId(database, scope);
        return [];
      },
      async missed() {
        const rows = await readOwnAfter(database, scope, newest);
        newest = rows.at(-1)?.id ?? newest;
        return news(rows);
      },
      next: async ({ id }) => news(await readOwnNotifications(database, scope, [String(id)])),
    });
  },
};
