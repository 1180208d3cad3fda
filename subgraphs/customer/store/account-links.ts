/** One-time links. A link is used at most once, before its end, and not once it was withdrawn. */
import type { LinkPurpose } from '../../../platform/events/event-types.js';
import type { CustomerDatabase, OwnCustomerDatabase, Transaction } from './database.js';

const PRUNED_AT_ONCE = 1_000;

/** For an account of its own: a password reset, or the confirmation of an address. */
export interface PersonalLink {
  readonly id: string;
  readonly customerId: string;
  /** The address to be confirmed; null for a reset. */
  readonly email: string | null;
  readonly expiresAt: Date;
}

export async function insertPersonalLink(
  tx: Transaction,
  purpose: Exclude<LinkPurpose, 'invitation'>,
  { id, customerId, email, expiresAt }: PersonalLink,
): Promise<void> {
  await tx.accountLink.create({ data: { id, purpose, customerId, email, expiresAt } });
}

/** A link that can be used now; null for any other. */
export async function findPersonalLink(
  { prisma }: CustomerDatabase,
  purpose: Exclude<LinkPurpose, 'invitation'>,
  id: string,
  now: Date,
): Promise<PersonalLink | null> {
  const link = await prisma.accountLink.findFirst({ where: { id, purpose, ...usableAt(now) } });
  if (link === null || link.customerId === null) return null;
  return { id, customerId: link.customerId, email: link.email, expiresAt: link.expiresAt };
}

/** Of any number of requests with the same link one succeeds. */
export async function updateLinkUsed(tx: Transaction, id: string, now: Date): Promise<boolean> {
  const { count } = await tx.accountLink.updateMany({
    where: { id, ...usableAt(now) },
    data: { usedAt: now },
  });
  return count === 1;
}

/** Withdraws what a person has been sent for one purpose and has not used. */
export async function updatePersonalLinksRevoked(
  tx: Transaction,
  purpose: Exclude<LinkPurpose, 'invitation'>,
  customerId: string,
  now: Date,
): Promise<void> {
  await tx.accountLink.updateMany({
    where: { purpose, customerId, ...usableAt(now) },
    data: { revokedAt: now },
  });
}

export async function countPersonalLinks(
  tx: Transaction,
  purpose: Exclude<LinkPurpose, 'invitation'>,
  customerId: string,
  since: Date,
): Promise<number> {
  return tx.accountLink.count({ where: { purpose, customerId, createdAt: { gte: since } } });
}

/** Deletes links a month after their end, a limited number at a time. @returns whether there may be more of them. */
export async function pruneLinks({ pool }: Pick<OwnCustomerDatabase, 'pool'>): Promise<boolean> {
  const { rowCount } = await pool.query(
    `DELETE FROM account_link WHERE id IN
       (SELECT id FROM account_link WHERE expires_at < now() - interval '30 days' LIMIT ${PRUNED_AT_ONCE})`,
  );
  return rowCount === PRUNED_AT_ONCE;
}

function usableAt(now: Date) {
  return { usedAt: null, revokedAt: null, expiresAt: { gt: now } };
}
