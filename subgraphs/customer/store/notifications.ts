/** Notifications: each belongs to one person, who alone reads it. New ones are told on the bus once they are written. */
import { ErrorCode, requestError } from '../../../platform/errors.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { type Connection, connectionOf, type Page } from '../../../platform/paging.js';
import type { Audience, Notice, NotificationKind } from '../domain/notice.js';
import type { CustomerView } from './customers.js';
import type { CustomerDatabase, Transaction, Work } from './database.js';

export interface NotificationRow {
  readonly id: string;
  readonly customerId: string;
  readonly kind: NotificationKind;
  readonly title: string;
  readonly body: string;
  readonly orderId: string | null;
  readonly outletId: string | null;
  readonly createdAt: Date;
  readonly readAt: Date | null;
}

export function notificationTopic(customerId: string): string {
  return `notification.${customerId}`;
}

/**
 * For events: writes each for everybody it is for, in a few statements however many there are. A step of an order that was
 * told before is left out.
 */
export async function notify({ tx, publish }: Work, notices: readonly Notice[]): Promise<void> {
  const peopleOf = await readAudiences(tx, notices);
  const rows = notices.flatMap(({ audience, ...words }) =>
    peopleOf(audience).map((customerId) => ({ id: newId(), customerId, ...words })),
  );
  if (rows.length === 0) return;
  const written = await tx.notification.createManyAndReturn({
    data: rows,
    skipDuplicates: true,
    select: { id: true, customerId: true },
  });
  for (const { id, customerId } of written) publish(notificationTopic(customerId), { id });
}

/** Newest first. @throws FORBIDDEN when they are somebody else's. */
export async function readNotifications(
  { prisma }: CustomerDatabase,
  customer: CustomerView,
  page: Page,
): Promise<Connection<NotificationRow>> {
  if (customer.access !== 'own')
    throw requestError(ErrorCode.FORBIDDEN, 'Notifications are for their reader alone');
  if (page.after !== null && !isId(page.after)) {
    throw requestError(ErrorCode.BAD_USER_INPUT, 'after is not a cursor of this list');
  }
  const rows = await prisma.notification.findMany({
    where: { customerId: customer.id, ...(page.after !== null && { id: { lt: page.after } }) },
    orderBy: { id: 'desc' },
    take: page.limit + 1,
  });
  return connectionOf(page, rows.map(withKind), ({ id }) => id);
}

/** Of the caller's own, in the order of `ids`. */
export async function readOwnNotifications(
  { prisma }: CustomerDatabase,
  { customerId }: Scope,
  ids: readonly string[],
): Promise<(NotificationRow | null)[]> {
  const rows =
    customerId === null
      ? []
      : await prisma.notification.findMany({ where: { customerId, id: { in: ids.filter(isId) } } });
  const byId = new Map(rows.map((row) => [row.id, withKind(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The newest of the caller's own; null where there is none. */
export async function newestOwnId(
  { prisma }: CustomerDatabase,
  { customerId }: Scope,
): Promise<string | null> {
  if (customerId === null) return null;
  const newest = await prisma.notification.findFirst({ where: { customerId }, orderBy: { id: 'desc' } });
  return newest?.id ?? null;
}

/** The caller's own after one of them, or all: oldest first, a thousand at the most. */
export async function readOwnAfter(
  { prisma }: CustomerDatabase,
  { customerId }: Scope,
  after: string | null,
): Promise<NotificationRow[]> {
  if (customerId === null) return [];
  const rows = await prisma.notification.findMany({
    where: { customerId, ...(after !== null && { id: { gt: after } }) },
    orderBy: { id: 'asc' },
    take: 1_000,
  });
  return rows.map(withKind);
}

export async function countUnread({ prisma }: CustomerDatabase, customerId: string): Promise<number> {
  return prisma.notification.count({ where: { customerId, readAt: null } });
}

/** Marks the caller's own; returns those of `ids` that are none of theirs, and then marks nothing. */
export async function markRead(
  { prisma }: CustomerDatabase,
  { customerId }: Scope,
  ids: readonly string[] | null,
): Promise<readonly string[]> {
  if (customerId === null) return ids ?? [];
  const where = { customerId, ...(ids !== null && { id: { in: ids.filter(isId) } }) };
  if (ids !== null) {
    const own = await prisma.notification.findMany({ where, select: { id: true } });
    const known = new Set(own.map(({ id }) => id));
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length > 0) return unknown;
  }
  await prisma.notification.updateMany({ where: { ...where, readAt: null }, data: { readAt: new Date() } });
  return [];
}

/** Who is meant by each audience; people that this database does not know are left out. */
async function readAudiences(
  tx: Transaction,
  notices: readonly Notice[],
): Promise<(audience: Audience) => readonly string[]> {
  const audiences = notices.map(({ audience }) => audience);
  const named = audiences.flatMap((audience) => ('customerId' in audience ? [audience.customerId] : []));
  const places = audiences.flatMap((audience) => ('outletId' in audience ? [audience] : []));
  const customers =
    named.length === 0
      ? []
      : await tx.customer.findMany({ where: { id: { in: [...new Set(named)] } }, select: { id: true } });
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

function withKind<Row extends { readonly kind: string }>(
  row: Row,
): Row & { readonly kind: NotificationKind } {
  return { ...row, kind: kindOf(row.kind) };
}

const KINDS: readonly NotificationKind[] = [
  'ORDER_STATUS',
  'ORDER_AT_RISK',
  'LOW_STOCK',
  'PAYMENT',
  'LOYALTY',
];

function kindOf(kind: string): NotificationKind {
  const known = KINDS.find((each) => each === kind);
  if (known === undefined) throw new Error(`No such kind of notification: ${kind}`);
  return known;
}
