/**
 * Writes down the mails and pushes about steps of orders, in the transaction of their inbox rows: of each step of an order one mail to its
 * account and one push to each browser of it, and of nothing that was before the account was known here. Who has switched them off gets none, and
 * what is not urgent waits for the end of the receiver's quiet hours. An account that is not known yet is waited for as long as the step is worth
 * a notice: its event is under way.
 */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { OrderMailKind } from '../../../platform/events/event-types.js';
import { newId } from '../../../platform/ids.js';
import type { NewMail } from '../domain/mail.js';
import type { NewPush } from '../domain/push.js';
import { afterQuietHours } from '../domain/quiet-hours.js';
import { type Contact, findContacts, findErased } from '../store/contacts.js';
import type { Transaction } from '../store/database.js';
import { insertMails } from '../store/mails.js';
import { findQuietHoursOf, findSwitchedOff } from '../store/preferences.js';
import { insertPushes } from '../store/push/deliveries.js';
import { findBrowsersOf } from '../store/push/subscriptions.js';
import type { ConsumerParts } from './consumer-parts.js';
import { isMailed, isPushed, MAILED_STEPS, type OrderNotice, orderNoticesOf } from './mailed-steps.js';

/** Its senders are woken once they are committed. */
export function consumer({ database, log, wakeSender, wakePushSender }: ConsumerParts): Consumer {
  const name = 'messages.order-mails';
  const write = idempotentBatch(
    database,
    name,
    async (events, { tx }) => writeNotices(tx, events.flatMap(orderNoticesOf)),
    log,
  );
  return {
    name,
    types: MAILED_STEPS,
    async handle(events) {
      // Those that nobody is written to of have an inbox row as well: the audit of a chaos run counts them.
      await write(events);
      wakeSender();
      wakePushSender();
    },
  };
}

class ContactNotKnown extends Error {
  override readonly name = 'ContactNotKnown';
}

/** A step that somebody is written to of who is known here. */
interface Notice extends OrderNotice {
  readonly contact: Contact;
  readonly notBefore: Date;
}

/** @throws ContactNotKnown */
async function writeNotices(tx: Transaction, steps: readonly OrderNotice[]): Promise<void> {
  const notices = await findNotices(tx, steps);
  if (notices.length === 0) return;
  const customerIds = [...new Set(notices.map(({ customerId }) => customerId))];
  const noMails = await findSwitchedOff(tx, customerIds, { kind: 'ORDER_STATUS', channel: 'EMAIL' });
  const mailed = notices.filter(isMailed).filter(({ customerId }) => !noMails.has(customerId));
  await insertMails(tx, mailed.map(mailOf));
  await writePushes(tx, notices.filter(isPushed));
}

async function writePushes(tx: Transaction, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  const browsers = await findBrowsersOf(tx, [...new Set(notices.map(({ customerId }) => customerId))]);
  if (browsers.length === 0) return;
  const owners = [...new Set(browsers.map(({ customerId }) => customerId))];
  const noPushes = await findSwitchedOff(tx, owners, { kind: 'ORDER_STATUS', channel: 'PUSH' });
  await insertPushes(
    tx,
    browsers
      .filter(({ customerId }) => !noPushes.has(customerId))
      .flatMap(({ id, customerId }) =>
        notices.filter((notice) => notice.customerId === customerId).map((notice) => pushOf(notice, id)),
      ),
  );
}

/** @throws ContactNotKnown */
async function findNotices(tx: Transaction, steps: readonly OrderNotice[]): Promise<Notice[]> {
  const useful = steps.filter(({ usefulUntil }) => usefulUntil > new Date());
  const customerIds = [...new Set(useful.map(({ customerId }) => customerId))];
  if (customerIds.length === 0) return [];
  const contacts = await findContacts(tx, customerIds);
  const unknown = customerIds.filter((id) => !contacts.has(id));
  const erased = unknown.length === 0 ? new Set() : await findErased(tx, unknown);
  const awaited = unknown.filter((id) => !erased.has(id));
  if (awaited.length > 0) throw new ContactNotKnown(`No contact is known of ${awaited.join(', ')}`);
  const quiet = await findQuietHoursOf(tx, customerIds);
  const now = new Date();
  return useful.flatMap((step) => {
    const contact = contacts.get(step.customerId);
    if (contact === undefined || step.at < contact.since) return [];
    const hours = quiet.get(step.customerId);
    const notBefore = hours === undefined || step.isUrgent ? now : afterQuietHours(now, hours);
    return [{ ...step, contact, notBefore }];
  });
}

function mailOf({
  kind,
  customerId,
  orderId,
  facts,
  contact,
  at,
  notBefore,
  usefulUntil,
}: Notice & { readonly kind: OrderMailKind }): NewMail {
  const { email: to, language, isVerified } = contact;
  // An address that is not confirmed may be somebody else's, who is named to nobody.
  const name = isVerified ? contact.name : '';
  return {
    ...{ id: newId(), customerId, to, kind, language, facts: { name, ...facts }, link: null, orderId },
    ...{ requestedAt: at, notBefore, expiresAt: usefulUntil },
  };
}

function pushOf(
  { kind, customerId, orderId, outletId, facts, contact, isUrgent, at, notBefore, usefulUntil }: Notice,
  subscriptionId: string,
): NewPush {
  const { language } = contact;
  return {
    ...{ id: newId(), subscriptionId, customerId, orderId, kind, language, facts: { ...facts, outletId } },
    ...{ isUrgent, at, notBefore, expiresAt: usefulUntil },
  };
}
