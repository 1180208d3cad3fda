/**
 * Notifies customers about their orders and payments, and an outlet's staff about its stock and disputes. The same transaction makes
 * who orders a guest of the outlet: the same events say it, and a consumer of its own would cost every order a tenth more.
 */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import type { OwnCustomerDatabase } from '../store/database.js';
import { insertGuests } from '../store/guests.js';
import { insertNotifications } from '../store/notifications.js';
import { guestsOf } from './guests.js';
import { NOTIFYING_EVENTS, noticeOf } from './notices.js';

export function notifications(database: OwnCustomerDatabase, log: Log): Consumer {
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
