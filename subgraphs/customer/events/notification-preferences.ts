/** Copies what persons have switched off in the app, from `notification.preference-changed`. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import type { OwnCustomerDatabase } from '../store/database.js';
import { upsertMuted } from '../store/muted-notifications.js';

export function notificationPreferences(database: OwnCustomerDatabase, log: Log): Consumer {
  const name = 'customer.notification-preferences';
  return {
    name,
    types: ['notification.preference-changed'],
    handle: idempotent(
      database,
      name,
      async (event, { tx }) => {
        if (event.type === 'notification.preference-changed' && event.data.channel === 'IN_APP')
          await upsertMuted(tx, event);
      },
      log,
    ),
  };
}
