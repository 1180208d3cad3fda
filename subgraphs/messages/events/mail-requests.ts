/** Writes down the mails that are asked for by `mail.requested`, to be sent at once. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import { expiryOf, type NewMail } from '../domain/mail.js';
import { insertMails } from '../store/mails.js';
import type { ConsumerParts } from './consumer-parts.js';

/** @param wakeSender called once they are committed. */
export function consumer({ database, log, wakeSender }: ConsumerParts): Consumer {
  const name = 'messages.mail-requests';
  const write = idempotentBatch(
    database,
    name,
    (events, { tx }) => insertMails(tx, events.flatMap(mailOf)),
    log,
  );
  return {
    name,
    types: ['mail.requested'],
    async handle(events) {
      await write(events);
      wakeSender();
    },
  };
}

function mailOf(event: AnyEvent): NewMail[] {
  if (event.type !== 'mail.requested') return [];
  const { mailId, customerId, to, kind, language, facts } = event.data;
  const requestedAt = new Date(event.occurredAt);
  const link = event.data.link && { ...event.data.link, expiresAt: new Date(event.data.link.expiresAt) };
  return [
    {
      ...{ id: mailId, customerId, to, kind, language, facts, link, orderId: null },
      ...{ requestedAt, notBefore: requestedAt, expiresAt: expiryOf({ link, requestedAt }) },
    },
  ];
}
