/** Reading orders. Every read says for whom: the guest's own, and those of outlets and franchises within the scope. */
import type { Scope } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { Page } from '../../../platform/paging.js';
import type { Prisma } from '../../../prisma/order/client/client.js';
import { KITCHEN_STATUSES, type OrderStatus } from '../domain/order-state.js';
import type { OrderDatabase } from './database.js';
import { ORDER_COLUMNS, type OrderRecord, orderRecord, type StoredOrder } from './records.js';

/** More than any kitchen has before it. */
const MAXIMUM_QUEUE = 500;

export function visibleTo({
  customerId,
  everywhere,
  franchiseIds,
  outletIds,
}: Scope): Prisma.OrderWhereInput {
  if (everywhere) return {};
  return {
    OR: [
      ...(customerId === null ? [] : [{ customerId }]),
      { franchiseId: { in: [...franchiseIds] } },
      { outletId: { in: [...outletIds] } },
    ],
  };
}

/** In the order of `ids`; null for what is not there or not to be seen. */
export async function findOrders(
  { prisma }: OrderDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<(OrderRecord | null)[]> {
  const rows = await prisma.order.findMany({
    where: { AND: [{ id: { in: ids.filter(isId) } }, visibleTo(scope)] },
  });
  const found = new Map(rows.map((row) => [row.id, orderRecord(row)]));
  return ids.map((id) => found.get(id) ?? null);
}

/** What the kitchen of an outlet within the scope has before it, oldest first. */
export async function findKitchenQueue(
  { prisma }: OrderDatabase,
  scope: Scope,
  outletId: string,
): Promise<OrderRecord[]> {
  const rows = await prisma.order.findMany({
    where: {
      AND: [{ outletId, status: { in: [...KITCHEN_STATUSES] } }, visibleTo({ ...scope, customerId: null })],
    },
    orderBy: { id: 'asc' },
    take: MAXIMUM_QUEUE,
  });
  return rows.map(orderRecord);
}

export interface OrderList {
  readonly owner: 'outlet' | 'customer';
  readonly ownerId: string;
}

/**
 * A page of the orders of each outlet or customer, newest first, in one query however many there are; one more than the page
 * holds tells that there is a next one.
 */
export async function findOrderPages(
  { prisma }: OrderDatabase,
  scope: Scope,
  owner: OrderList['owner'],
  ownerIds: readonly string[],
  page: Page,
  statuses: readonly OrderStatus[] | null,
): Promise<OrderRecord[][]> {
  const column = owner === 'outlet' ? 'outlet_id' : 'customer_id';
  const rows = await prisma.$queryRawUnsafe<(StoredOrder & { ownerId: string })[]>(
    `SELECT listed.* FROM unnest($1::uuid[]) AS owner (id) CROSS JOIN LATERAL (
       SELECT owner.id AS "ownerId", ${ORDER_COLUMNS} FROM orders
       WHERE ${column} = owner.id
         AND ($2::uuid IS NULL OR orders.id < $2::uuid)
         AND ($3::text[] IS NULL OR status = ANY($3::text[]::order_status[]))
         AND ($4::boolean OR customer_id = $5::uuid OR franchise_id = ANY($6::uuid[]) OR outlet_id = ANY($7::uuid[]))
       ORDER BY orders.id DESC LIMIT $8::int
     ) AS listed`,
    ownerIds.filter(isId),
    page.after,
    statuses,
    scope.everywhere,
    scope.customerId,
    scope.franchiseIds,
    scope.outletIds,
    page.limit + 1,
  );
  const lists = new Map(ownerIds.map((id) => [id, [] as OrderRecord[]]));
  for (const row of rows) lists.get(row.ownerId)?.push(orderRecord(row));
  return ownerIds.map((id) => lists.get(id) ?? []);
}
