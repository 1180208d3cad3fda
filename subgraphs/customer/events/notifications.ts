/** Tells customers of their orders and payments, and an outlet's people of its stock. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import { NOTIFYING_EVENTS, noticeOf } from '../domain/notice.js';
import type { CustomerDatabase } from '../store/database.js';
import { notify } from '../store/notifications.js';

export function notifications(database: CustomerDatabase, log: Log): Consumer {
  const name = 'customer.notifications';
  return {
    name,
    types: NOTIFYING_EVENTS,
    handle: idempotentBatch(
      database,
      name,
      (events, work) => {
        const notices = events.map(noticeOf).filter((notice) => notice !== null);
        return notify(work, notices);
      },
      log,
    ),
  };
}
