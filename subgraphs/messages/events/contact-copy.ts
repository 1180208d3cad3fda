/** Copies where mails to accounts go, from `customer.contact-changed`. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import { upsertContacts } from '../store/contacts.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'messages.contact-copy';
  return {
    name,
    types: ['customer.contact-changed'],
    handle: idempotentBatch(
      database,
      name,
      (events, { tx }) =>
        upsertContacts(
          tx,
          events.filter((event) => event.type === 'customer.contact-changed'),
        ),
      log,
    ),
  };
}
