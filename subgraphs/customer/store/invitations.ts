/** Invitations of staff: links that carry a role and its place. */
import type { Scope } from '../../../platform/identity/identity.js';
import { type CountedConnection, connectionOf, idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import { whereCovered } from '../../../platform/kit/tenant-scope.js';
import type { Invitation, StaffFilter } from '../domain/invitation.js';
import { grantedRole } from '../domain/roles.js';
import type { CustomerDatabase, Transaction } from './database.js';

/** What callers may read of a link. */
const COLUMNS = {
  ...{ id: true, email: true, role: true, outletId: true, franchiseId: true, invitedBy: true },
  ...{ createdAt: true, expiresAt: true },
} as const;

export async function insertInvitation(
  tx: Transaction,
  { createdAt: _now, ...invitation }: Invitation,
): Promise<void> {
  await tx.accountLink.createMany({ data: [{ ...invitation, purpose: 'invitation' }] });
}

/** Withdraws what the address was offered before: the same role at the same place. */
export async function updateFormerInvitationsRevoked(
  tx: Transaction,
  { email, role, outletId, franchiseId }: Pick<Invitation, 'email' | 'role' | 'outletId' | 'franchiseId'>,
  now: Date,
): Promise<void> {
  await tx.accountLink.updateMany({
    where: { purpose: 'invitation', email, role, outletId, franchiseId, ...openAt(now) },
    data: { revokedAt: now },
  });
}

/** @returns whether it was open. */
export async function updateInvitationRevoked(tx: Transaction, id: string, now: Date): Promise<boolean> {
  const { count } = await tx.accountLink.updateMany({
    where: { id, purpose: 'invitation', ...openAt(now) },
    data: { revokedAt: now },
  });
  return count === 1;
}

/** One that can be accepted now; null for any other. */
export async function findInvitation(
  { prisma }: CustomerDatabase,
  id: string,
  now: Date,
): Promise<Invitation | null> {
  const link = await prisma.accountLink.findFirst({
    where: { id, purpose: 'invitation', ...openAt(now) },
    select: COLUMNS,
  });
  return link === null ? null : invitationOf(link);
}

/** Those that can be accepted now, newest first. */
export async function findInvitationPage(
  { prisma }: CustomerDatabase,
  scope: Scope,
  { outletId, franchiseId, role }: StaffFilter,
  page: Page,
): Promise<CountedConnection<Invitation>> {
  const found = {
    AND: [
      whereCovered(scope),
      { purpose: 'invitation', ...openAt(new Date()) },
      {
        ...(outletId !== null && { outletId }),
        ...(franchiseId !== null && { franchiseId }),
        ...(role !== null && { role }),
      },
    ],
  };
  const { where, orderBy, take } = idKeysetOf(page, 'desc');
  const rows = await prisma.accountLink.findMany({
    where: { AND: [found, where] },
    ...{ orderBy, take, select: COLUMNS },
  });
  return connectionOf(
    page,
    rows.map(invitationOf),
    ({ id }) => id,
    () => prisma.accountLink.count({ where: found }),
  );
}

/** Of these addresses, those that can be accepted now and those that were, as far as the caller sees them. */
export async function findInvitationsTo(
  { prisma }: CustomerDatabase,
  emails: readonly string[],
): Promise<Invitation[]> {
  const rows = await prisma.accountLink.findMany({
    where: { purpose: 'invitation', email: { in: [...emails] }, ...openOrAccepted(new Date()) },
    select: COLUMNS,
  });
  return rows.map(invitationOf);
}

/**
 * The rows of a page of invitations, oldest first: those that can be accepted now, and with `isAcceptedToo` those that were.
 * @param outletId of one outlet of the scope; null for all of it.
 */
export async function findSentInvitationPage(
  { prisma }: CustomerDatabase,
  scope: Scope,
  { outletId, isAcceptedToo }: { readonly outletId: string | null; readonly isAcceptedToo: boolean },
  page: Page,
): Promise<Invitation[]> {
  const { where, orderBy, take } = idKeysetOf(page, 'asc');
  const now = new Date();
  const found = [
    { purpose: 'invitation', ...(outletId !== null && { outletId }) },
    isAcceptedToo ? openOrAccepted(now) : openAt(now),
    whereCovered(scope),
    where,
  ];
  const rows = await prisma.accountLink.findMany({ where: { AND: found }, orderBy, take, select: COLUMNS });
  return rows.map(invitationOf);
}

function openOrAccepted(now: Date) {
  return { revokedAt: null, OR: [{ usedAt: { not: null } }, { expiresAt: { gt: now } }] };
}

interface LinkRow extends Omit<Invitation, 'email' | 'role' | 'invitedBy'> {
  readonly email: string | null;
  readonly role: string | null;
  readonly invitedBy: string | null;
}

function invitationOf({ email, role, invitedBy, ...link }: LinkRow): Invitation {
  if (email === null || role === null || invitedBy === null)
    throw new Error('The database checks what an invitation has');
  return { ...link, email, role: grantedRole(role), invitedBy };
}

function openAt(now: Date) {
  return { usedAt: null, revokedAt: null, expiresAt: { gt: now } };
}
