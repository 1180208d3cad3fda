/**
 * Writes down the mails about steps of orders, in the transaction of their inbox rows: to accounts, of each step of an order one, and of
 * nothing that was before the account was known here. Who has switched such mails off gets none, and what is not urgent waits for the end of
 * the receiver's quiet hours. An account that is not known yet is waited for as long as the mail is of use: its event is
 * under way.
 */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import { newId } from '../../../platform/ids.js';
import type { NewMail } from '../domain/mail.js';
import { afterQuietHours, type QuietHours } from '../domain/quiet-hours.js';
import { type Contact, findContacts, findErased } from '../store/contacts.js';
import type { Transaction } from '../store/database.js';
import { insertMails } from '../store/mails.js';
import { findQuietHoursOf, findSwitchedOff } from '../store/preferences.js';
import type { ConsumerParts } from './consumer-parts.js';
import { MAILED_STEPS, type OrderMail, orderMailOf } from './mailed-steps.js';

/** @param wakeSender called once they are committed. */
export function consumer({ database, log, wakeSender }: ConsumerParts): Consumer {
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
      // Those that nobody is written to of have an inbox row as well: the audit of a chaos run counts them.
      await write(events);
      wakeSender();
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
  const off = await findSwitchedOff(tx, customerIds, { kind: 'ORDER_STATUS', channel: 'EMAIL' });
  const quiet = await findQuietHoursOf(tx, customerIds);
  await insertMails(
    tx,
    useful
      .filter(({ customerId }) => !off.has(customerId))
      .flatMap((step) => mailOf(step, contacts.get(step.customerId), quiet.get(step.customerId))),
  );
}

function mailOf(
  { kind, customerId, orderId, facts, at, usefulUntil, isUrgent }: OrderMail,
  contact: Contact | undefined,
  quiet: QuietHours | undefined,
): NewMail[] {
  if (contact === undefined || at < contact.since) return [];
  const { email: to, language, isVerified } = contact;
  // An address that is not confirmed may be somebody else's, who is named to nobody.
  const name = isVerified ? contact.name : '';
  const now = new Date();
  const notBefore = quiet === undefined || isUrgent ? now : afterQuietHours(now, quiet);
  return [
    {
      ...{ id: newId(), customerId, to, kind, language, facts: { name, ...facts }, link: null, orderId },
      ...{ requestedAt: at, notBefore, expiresAt: usefulUntil },
    },
  ];
}
