/**
 * Notifies customers about their orders and payments, and an outlet's staff about its stock and disputes. The same transaction makes
 * who orders a guest of the outlet: the same events say it, and a consumer of its own would cost every order a tenth more.
 */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import { insertGuests } from '../store/guests.js';
import { insertNotifications } from '../store/notifications.js';
import type { ConsumerParts } from './consumer-parts.js';
import { guestsOf } from './guests.js';
import { NOTIFYING_EVENTS, noticeOf } from './notices.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'customer.notifications';
  return {
    name,
    types: NOTIFYING_EVENTS,
    handle: idempotentBatch(
      database,
      name,
      async (events, work) => {
        await insertGuests(work.tx, guestsOf(events));
        await insertNotifications(
          work,
          events.map(noticeOf).filter((notice) => notice !== null),
        );
      },
      log,
    ),
  };
}
