/** What the subgraph publishes: events for other subgraphs, and on the bus the notifications of a customer. */
import type { NewEvent } from '../../platform/events/envelope.js';
import type { EventData, MailKind } from '../../platform/events/event-types.js';
import { newId } from '../../platform/ids.js';
import type { Addressee } from './domain/customer.js';
import type { Redemption } from './domain/reward.js';

/** The bus topic of a customer's notifications; a message is `{ id }` of a new one. */
export function notificationTopic(customerId: string): string {
  return `notification.${customerId}`;
}

export function registeredEvent({ id, name }: { readonly id: string; readonly name: string }): NewEvent {
  const data = { customerId: id, name };
  return { type: 'customer.registered', aggregateId: id, aggregateVersion: 1, data };
}

/** @param version of the number. */
export function phoneChangedEvent(customerId: string, phone: string | null, version: number): NewEvent {
  const data = { customerId, phone };
  return { type: 'customer.phone-changed', aggregateId: customerId, aggregateVersion: version, data };
}

/** @param version of the consent. */
export function consentChangedEvent(
  customerId: string,
  { isGranted, at, version }: { readonly isGranted: boolean; readonly at: Date; readonly version: number },
): NewEvent {
  return {
    ...{ type: 'customer.analytics-consent-changed', aggregateId: customerId, aggregateVersion: version },
    data: { customerId, isGranted, at: at.toISOString() },
  };
}

/** @param linkIds of links that were mailed to the address for no account. */
export function erasedEvent(customerId: string, linkIds: string[]): NewEvent {
  const data = { customerId, ...(linkIds.length > 0 && { linkIds }) };
  return { type: 'customer.erased', aggregateId: customerId, aggregateVersion: 2, data };
}

/** Whom a mail goes to; `id` is null for an address without an account. */
type MailAddressee = Omit<Addressee, 'id' | 'name'> & { readonly id: string | null };

interface Link extends Pick<NonNullable<EventData['mail.requested']['link']>, 'purpose'> {
  readonly id: string;
  readonly expiresAt: Date;
}

export function mailTo(
  { id: customerId, email: to, language }: MailAddressee,
  kind: MailKind,
  facts: Record<string, string>,
  link: Link | null = null,
): NewEvent {
  const mailId = newId();
  const data: EventData['mail.requested'] = {
    ...{ mailId, customerId, to, kind, language, facts },
    link: link && { purpose: link.purpose, linkId: link.id, expiresAt: link.expiresAt.toISOString() },
  };
  return { type: 'mail.requested', aggregateId: mailId, aggregateVersion: 1, data };
}

export function passwordChangedMail(owner: Addressee, at: Date): NewEvent {
  return mailTo(owner, 'PASSWORD_CHANGED', { name: owner.name, at: at.toISOString() });
}

/** `SECOND_FACTOR_CHANGED`. */
export function secondFactorChangedMail(
  owner: Addressee,
  change: 'ENABLED' | 'DISABLED' | 'RECOVERY_CODE_USED',
  at: Date,
): NewEvent {
  return mailTo(owner, 'SECOND_FACTOR_CHANGED', { name: owner.name, at: at.toISOString(), change });
}

/** To the former address. */
export function emailChangedMail(former: Addressee, newEmail: string, at: Date): NewEvent {
  const facts = { name: former.name, at: at.toISOString(), newEmail: shortened(newEmail) };
  return mailTo(former, 'EMAIL_CHANGED', facts);
}

/** Enough to recognise an address, not to learn it. */
function shortened(email: string): string {
  return email.replace(/^(.).*(?=@)/u, '$1…');
}

export function pointsEarnedEvent(
  { customerId, orderId }: { readonly customerId: string; readonly orderId: string },
  points: number,
  account: { readonly version: number; readonly points: number },
): NewEvent {
  const data = { customerId, orderId, points, balance: account.points };
  return {
    type: 'loyalty.points-earned',
    aggregateId: customerId,
    aggregateVersion: account.version,
    data,
  };
}

export function redeemedEvent({
  id,
  customerId,
  name,
  points,
  amountOff,
}: Pick<Redemption, 'id' | 'customerId' | 'name' | 'points' | 'amountOff'>): NewEvent {
  const data = { redemptionId: id, customerId, name, amountOff, points };
  return { type: 'reward.redeemed', aggregateId: id, aggregateVersion: 1, data };
}

export function voidedEvent({ id, customerId }: Pick<Redemption, 'id' | 'customerId'>): NewEvent {
  const data = { redemptionId: id, customerId };
  return { type: 'reward.voided', aggregateId: id, aggregateVersion: 2, data };
}
