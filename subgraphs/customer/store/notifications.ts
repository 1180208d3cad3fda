/** Notifications: each belongs to one person, who alone reads it. New ones are published on the bus after the commit. */
import { newId } from '../../../platform/ids.js';
import { type CountedConnection, connectionOf, idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import { type Audience, type Notice, type Notification, notificationKind } from '../domain/notice.js';
import { notificationTopic } from '../published.js';
import type { CustomerDatabase, Transaction, Work } from './database.js';
import { findMuted } from './muted-notifications.js';

const MAXIMUM_MISSED = 1_000;

/**
 * Inserts each notice for everyone it is for and who has not switched off its kind, in a few statements however many there are. A step of
 * an order that the customer was notified of before is left out.
 */
export async function insertNotifications({ tx, publish }: Work, notices: readonly Notice[]): Promise<void> {
  const customersOf = await findAudiences(tx, notices);
  const wanted = notices.flatMap(({ audience, ...words }) =>
    customersOf(audience).map((customerId) => ({ id: newId('Notification'), customerId, ...words })),
  );
  if (wanted.length === 0) return;
  const isMuted = await findMuted(
    tx,
    wanted.map(({ customerId }) => customerId),
  );
  const rows = wanted.filter(({ customerId, kind }) => !isMuted(customerId, kind));
  if (rows.length === 0) return;
  const written = await tx.notification.createManyAndReturn({
    data: rows,
    skipDuplicates: true,
    select: { id: true, customerId: true },
  });
  for (const { id, customerId } of written) publish(notificationTopic(customerId), { id });
}

/** Newest first. */
export async function findNotificationPage(
  { prisma }: CustomerDatabase,
  customerId: string,
  page: Page,
): Promise<CountedConnection<Notification>> {
  const { where, orderBy, take } = idKeysetOf(page, 'desc');
  const rows = await prisma.notification.findMany({ where: { customerId, ...where }, orderBy, take });
  return connectionOf(
    page,
    rows.map(notificationOf),
    ({ id }) => id,
    () => prisma.notification.count({ where: { customerId } }),
  );
}

/** Those of `ids` that are the customer's own. */
export async function findOwnNotifications(
  { prisma }: CustomerDatabase,
  customerId: string,
  ids: readonly string[],
): Promise<Notification[]> {
  const rows = await prisma.notification.findMany({ where: { customerId, id: { in: [...ids] } } });
  return rows.map(notificationOf);
}

/** The id of the customer's newest; null where there is none. */
export async function findNewestOwnId(
  { prisma }: CustomerDatabase,
  customerId: string,
): Promise<string | null> {
  const newest = await prisma.notification.findFirst({ where: { customerId }, orderBy: { id: 'desc' } });
  return newest?.id ?? null;
}

/** The customer's own after one of them, or all: oldest first, at most 1,000. */
export async function findOwnAfter(
  { prisma }: CustomerDatabase,
  customerId: string,
  after: string | null,
): Promise<Notification[]> {
  const rows = await prisma.notification.findMany({
    where: { customerId, ...(after !== null && { id: { gt: after } }) },
    orderBy: { id: 'asc' },
    take: MAXIMUM_MISSED,
  });
  return rows.map(notificationOf);
}

export async function countUnread({ prisma }: CustomerDatabase, customerId: string): Promise<number> {
  return prisma.notification.count({ where: { customerId, readAt: null } });
}

export async function updateRead(tx: Transaction, customerId: string, ids: readonly string[]): Promise<void> {
  await tx.notification.updateMany({
    where: { customerId, id: { in: [...ids] }, readAt: null },
    data: { readAt: new Date() },
  });
}

export async function updateAllRead(tx: Transaction, customerId: string): Promise<void> {
  await tx.notification.updateMany({ where: { customerId, readAt: null }, data: { readAt: new Date() } });
}

/** The customers that each audience stands for; those without an account here are left out. */
async function findAudiences(
  tx: Transaction,
  notices: readonly Notice[],
): Promise<(audience: Audience) => readonly string[]> {
  const audiences = notices.map(({ audience }) => audience);
  const named = audiences.flatMap((audience) => ('customerId' in audience ? [audience.customerId] : []));
  const places = audiences.flatMap((audience) => ('outletId' in audience ? [audience] : []));
  const customers =
    named.length === 0
      ? []
      : await tx.customer.findMany({
          where: { id: { in: [...new Set(named)] }, erasedAt: null },
          select: { id: true },
        });
  const staff =
    places.length === 0
      ? []
      : await tx.roleGrant.findMany({
          where: {
            OR: [
              { outletId: { in: places.map(({ outletId }) => outletId) } },
              { role: 'OWNER', franchiseId: { in: places.map(({ franchiseId }) => franchiseId) } },
            ],
          },
        });
  const known = new Set(customers.map(({ id }) => id));
  return (audience) => {
    if ('customerId' in audience) return known.has(audience.customerId) ? [audience.customerId] : [];
    const { outletId, franchiseId } = audience;
    const there = staff.filter(
      (grant) => grant.outletId === outletId || (grant.role === 'OWNER' && grant.franchiseId === franchiseId),
    );
    return [...new Set(there.map(({ customerId }) => customerId))];
  };
}

function notificationOf(row: Omit<Notification, 'kind'> & { readonly kind: string }): Notification {
  return { ...row, kind: notificationKind(row.kind) };
}
