/** Copies where mails to accounts go, from `customer.contact-changed`. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import { upsertContacts } from '../store/contacts.js';
import type { OwnMessagesDatabase } from '../store/database.js';

export function contactCopy(database: OwnMessagesDatabase, log: Log): Consumer {
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
