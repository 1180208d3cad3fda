/** Copies which roles accounts hold, from `customer.roles-changed`. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import { upsertRoles } from '../store/account-roles.js';
import type { OwnMessagesDatabase } from '../store/database.js';

export function roleCopy(database: OwnMessagesDatabase, log: Log): Consumer {
  const name = 'messages.role-copy';
  return {
    name,
    types: ['customer.roles-changed'],
    handle: idempotentBatch(
      database,
      name,
      (events, { tx }) =>
        upsertRoles(
          tx,
          events.filter((event) => event.type === 'customer.roles-changed'),
        ),
      log,
    ),
  };
}
