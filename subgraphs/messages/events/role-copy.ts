/** Copies which roles accounts hold, from `customer.roles-changed`. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import { upsertRoles } from '../store/account-roles.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
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
