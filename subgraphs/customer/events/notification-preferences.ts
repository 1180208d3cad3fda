/** Copies what persons have switched off in the app, from `notification.preference-changed`. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import { upsertMuted } from '../store/muted-notifications.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
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
