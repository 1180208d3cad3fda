/** Notifies customers about their orders and payments, and an outlet's staff about its stock and disputes. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import type { OwnCustomerDatabase } from '../store/database.js';
import { insertNotifications } from '../store/notifications.js';
import { NOTIFYING_EVENTS, noticeOf } from './notices.js';

export function notifications(database: OwnCustomerDatabase, log: Log): Consumer {
  const name = 'customer.notifications';
  return {
    name,
    types: NOTIFYING_EVENTS,
    handle: idempotentBatch(
      database,
      name,
      (events, work) =>
        insertNotifications(
          work,
          events.map(noticeOf).filter((notice) => notice !== null),
        ),
      log,
    ),
  };
}
