/** The caller's notifications as they arrive, each once, without a gap when the bus reconnects. */
import { liveUpdates } from '../../../platform/bus/live-updates.js';
import { callerOf } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';
import type { Notification } from '../domain/notice.js';
import { notificationTopic } from '../published.js';
import { findNewestOwnId, findOwnAfter, findOwnNotifications } from '../store/notifications.js';

export function watchNotifications({ bus, database, identity }: Context) {
  const customerId = callerOf(identity);
  const sent = new Set<string>();
  let newest: string | null = null;
  /** The bus may repeat a message, and a catch-up may overlap with messages. */
  const unsent = (notifications: readonly Notification[]) =>
    notifications.filter(({ id }) => {
      if (sent.has(id)) return false;
      sent.add(id);
      return true;
    });

  return liveUpdates<Notification>({
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
}
