/**
 * Writes down the mails about steps of orders, in the transaction of their inbox rows: to accounts whose address is confirmed, of each step of
 * an order one, and of nothing that was before the account was known here. An account that is not known yet is waited for as long as the
 * mail is of use: its event is under way.
 */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import { newId } from '../../../platform/ids.js';
import type { Log } from '../../../platform/log.js';
import type { NewMail } from '../domain/mail.js';
import { type Contact, findContacts, findErased } from '../store/contacts.js';
import type { OwnMessagesDatabase, Transaction } from '../store/database.js';
import { insertMails } from '../store/mails.js';
import { MAILED_STEPS, type OrderMail, orderMailOf } from './mailed-steps.js';

/** @param onWritten called once they are committed. */
export function orderMails(database: OwnMessagesDatabase, log: Log, onWritten: () => void): Consumer {
  const name = 'messages.order-mails';
  const write = idempotentBatch(
    database,
    name,
    async (events, { tx }) => writeMails(tx, events.flatMap(orderMailOf)),
    log,
  );
  return {
    name,
    types: MAILED_STEPS,
    async handle(events) {
      const mailed = events.filter((event) => orderMailOf(event).length > 0);
      if (mailed.length === 0) return;
      await write(mailed);
      onWritten();
    },
  };
}

class ContactNotKnown extends Error {
  override readonly name = 'ContactNotKnown';
}

/** @throws ContactNotKnown */
async function writeMails(tx: Transaction, steps: readonly OrderMail[]): Promise<void> {
  const useful = steps.filter(({ usefulUntil }) => usefulUntil > new Date());
  const customerIds = [...new Set(useful.map(({ customerId }) => customerId))];
  if (customerIds.length === 0) return;
  const contacts = await findContacts(tx, customerIds);
  const unknown = customerIds.filter((id) => !contacts.has(id));
  const erased = unknown.length === 0 ? new Set() : await findErased(tx, unknown);
  const awaited = unknown.filter((id) => !erased.has(id));
  if (awaited.length > 0) throw new ContactNotKnown(`No contact is known of ${awaited.join(', ')}`);
  await insertMails(
    tx,
    useful.flatMap((step) => mailOf(step, contacts.get(step.customerId))),
  );
}

function mailOf(
  { kind, customerId, orderId, facts, at, usefulUntil }: OrderMail,
  contact: Contact | undefined,
): NewMail[] {
  if (contact === undefined || !contact.isVerified || at < contact.since) return [];
  const { email: to, language, name } = contact;
  return [
    {
      ...{ id: newId(), customerId, to, kind, language, facts: { name, ...facts }, link: null, orderId },
      ...{ requestedAt: at, notBefore: new Date(), expiresAt: usefulUntil },
    },
  ];
}
