/** The messages subgraph under test, the people and orders that it is to write about, the mails that others ask it for, and who may read of them. */
import { expect } from 'vitest';
import type { EventData } from '../../../platform/events/event-types.js';
import { ANONYMOUS, type Identity, type Role } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { enveloped, startTestSubgraph, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { startMessages } from '../index.js';

export const SECRET = 'a secret of at least thirty-two characters';
export const PUBLIC_URL = 'https://kedai.example';

export function startTestMessages(settings: NodeJS.ProcessEnv = {}): Promise<TestSubgraph> {
  return startTestSubgraph('messages', startMessages, {
    settings: { SUBGRAPH_SECRET: SECRET, PUBLIC_URL, ...settings },
  });
}

type Requested = EventData['mail.requested'];

/** A request for a password reset of Rina's, otherwise as given. */
export function requestFor(data: Partial<Requested> = {}): Requested {
  return {
    mailId: newId(),
    customerId: newId(),
    to: 'rina@kedai.test',
    kind: 'PASSWORD_RESET',
    language: 'en',
    link: { purpose: 'reset', linkId: newId(), expiresAt: inSeconds(1_800) },
    facts: { name: 'Rina' },
    ...data,
  };
}

export function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1_000).toISOString();
}

/** As the relay delivers the request. */
export function requested(data: Requested) {
  return enveloped({ type: 'mail.requested', aggregateId: data.mailId, aggregateVersion: 1, data });
}

export async function request(messages: TestSubgraph, data: Partial<Requested> = {}): Promise<Requested> {
  const whole = requestFor(data);
  await messages.deliver('messages.mail-requests', requested(whole));
  return whole;
}

/** A customer with a confirmed address, unless the data says otherwise, as an event of the customer subgraph says it. */
export async function makeKnown(
  messages: TestSubgraph,
  data: Partial<EventData['customer.contact-changed']> = {},
  version = 1,
): Promise<EventData['customer.contact-changed']> {
  const customerId = data.customerId ?? newId('Customer');
  const contact: EventData['customer.contact-changed'] = {
    customerId,
    email: `${customerId}@kedai.test`,
    name: 'Rina',
    language: 'en',
    isVerified: true,
    ...data,
  };
  const event = await messages.deliver('messages.contact-copy', {
    ...{ type: 'customer.contact-changed', aggregateId: customerId, aggregateVersion: version },
    data: contact,
  });
  await eventually(async () => {
    const { rowCount } = await messages.pool.query('SELECT FROM inbox WHERE event_id = $1', [event.id]);
    expect(rowCount).toBe(1);
  });
  return contact;
}

export type OrderOf = EventData['order.ready'];

export function orderOf(customerId: string | null): OrderOf {
  return { orderId: newId(), number: 'A-17', customerId, outletId: newId(), franchiseId: newId() };
}

export interface MailRow {
  readonly state: string;
  readonly attempts: number;
  readonly failure: string | null;
}

export async function rowOf({ pool }: TestSubgraph, mailId: string): Promise<MailRow | undefined> {
  const { rows } = await pool.query<MailRow>('SELECT state, attempts, failure FROM mail WHERE id = $1', [
    mailId,
  ]);
  return rows[0];
}

/** As if the pause before the next attempt had passed. */
export async function letPausePass({ pool }: TestSubgraph): Promise<void> {
  await pool.query("UPDATE mail SET next_attempt_at = now() WHERE state = 'WAITING'");
}

export function staffAt(
  role: Role,
  { outletId = null, franchiseId = null }: { outletId?: string | null; franchiseId?: string | null },
): Identity & { readonly customerId: string } {
  return { customerId: newId(), roles: [{ role, outletId, franchiseId }] };
}

function staff(role: Role): Identity {
  return staffAt(role, {
    outletId: role === 'BARISTA' || role === 'MANAGER' ? newId() : null,
    franchiseId: role === 'OWNER' ? newId() : null,
  });
}

export const HQ = staff('HQ');
export const OTHERS: Readonly<Record<string, Identity>> = {
  visitor: ANONYMOUS,
  guest: staff('CUSTOMER'),
  barista: staff('BARISTA'),
  manager: staff('MANAGER'),
  owner: staff('OWNER'),
};
