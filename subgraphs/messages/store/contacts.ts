/** Where mails to accounts go: a copy of the customer subgraph's. A newer state replaces an older one, in any order of arrival. */
import { z } from 'zod';
import type { DomainEvent } from '../../../platform/events/envelope.js';
import { LANGUAGES } from '../domain/mail.js';
import type { Transaction } from './database.js';

const contact = z.object({
  customerId: z.string(),
  email: z.string(),
  name: z.string(),
  language: z.enum(LANGUAGES),
  isVerified: z.boolean(),
  since: z.date(),
});
export type Contact = z.output<typeof contact>;

/** None of whose account is deleted. */
export async function upsertContacts(
  tx: Transaction,
  events: readonly DomainEvent<'customer.contact-changed'>[],
): Promise<void> {
  const rows = events.map(({ data, occurredAt, aggregateVersion }) => ({
    ...data,
    since: occurredAt,
    version: aggregateVersion,
  }));
  await tx.$executeRawUnsafe(
    `INSERT INTO contact (customer_id, email, name, language, is_verified, since, version)
     SELECT DISTINCT ON ("customerId") "customerId", email, name, language, "isVerified", min(since) OVER (PARTITION BY "customerId"), version
     FROM jsonb_to_recordset($1::jsonb) AS given
       ("customerId" uuid, email text, name text, language text, "isVerified" boolean, since timestamptz, version int)
     WHERE NOT EXISTS (SELECT FROM erased_customer WHERE customer_id = "customerId")
     ORDER BY "customerId", version DESC
     ON CONFLICT (customer_id) DO UPDATE SET email = excluded.email, name = excluded.name, language = excluded.language,
       is_verified = excluded.is_verified, version = excluded.version
     WHERE contact.version < excluded.version`,
    JSON.stringify(rows),
  );
}

/** By customer. Locked until the transaction ends: what is written to an account by them is erased with it. */
export async function findContacts(
  tx: Transaction,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, Contact>> {
  const rows = await tx.$queryRawUnsafe<unknown[]>(
    `SELECT customer_id AS "customerId", email, name, language, is_verified AS "isVerified", since
     FROM contact WHERE customer_id = ANY ($1::uuid[]) ORDER BY customer_id FOR SHARE`,
    customerIds,
  );
  return new Map(
    z
      .array(contact)
      .parse(rows)
      .map((found) => [found.customerId, found]),
  );
}

/** Whether an account is known here, and not deleted. */
export async function hasContact(tx: Transaction, customerId: string): Promise<boolean> {
  return (await tx.contact.count({ where: { customerId } })) === 1;
}

/** Of these, whose account is deleted. */
export async function findErased(tx: Transaction, customerIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.erasedCustomer.findMany({
    where: { customerId: { in: [...customerIds] } },
    select: { customerId: true },
  });
  return new Set(rows.map(({ customerId }) => customerId));
}
