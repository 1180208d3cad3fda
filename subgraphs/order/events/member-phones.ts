/** Copies members' phone numbers, by which staff find them at the counter. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import { upsertMemberPhone } from '../store/guests.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'order.member-phones';
  return {
    name,
    types: ['customer.phone-changed'],
    handle: idempotent(
      database,
      name,
      async (event, { tx }) => {
        if (event.type === 'customer.phone-changed') await upsertMemberPhone(tx, event);
      },
      log,
    ),
  };
}
