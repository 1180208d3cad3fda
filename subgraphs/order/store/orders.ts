/** Reads orders. Every read names its scope: the guest's own orders, and those of outlets and franchises within it. */
import type { Scope } from '../../../platform/identity/identity.js';
import { keysetOf, type Page } from '../../../platform/kit/paging.js';
import {
  type SqlCondition,
  visibleSql,
  whereCovered,
  whereVisible,
} from '../../../platform/kit/tenant-scope.js';
import type { Order } from '../../../prisma/order/client/client.js';
import type { OrderRecord } from '../domain/order.js';
import { KITCHEN_STATUSES, type OrderStatus } from '../domain/order-state.js';
import type { OrderDatabase } from './database.js';

/** More than any kitchen's queue. */
const MAXIMUM_QUEUE = 500;

/** What `orderRecord` needs of a row of `orders`, for statements of our own. */
export const ORDER_COLUMNS = `id, number, customer_id AS "customerId", outlet_id AS "outletId", franchise_id AS "franchiseId",
  status::text, status_at AS "statusAt", status_reason AS "statusReason", version, total,
  reward_discount AS "rewardDiscount", preparation_seconds AS "preparationSeconds", placed_at AS "placedAt"`;

export type StoredOrder = Omit<OrderRecord, 'total' | 'rewardDiscount'> &
  Pick<Order, 'total' | 'rewardDiscount'>;

/** @param row of `orders`, read by Prisma or by a statement of ours. */
export function orderRecord(row: StoredOrder): OrderRecord {
  return {
    id: row.id,
    number: row.number,
    customerId: row.customerId,
    outletId: row.outletId,
    franchiseId: row.franchiseId,
    status: row.status,
    statusAt: row.statusAt,
    statusReason: row.statusReason,
    version: row.version,
    total: Number(row.total),
    rewardDiscount: Number(row.rewardDiscount),
    preparationSeconds: row.preparationSeconds,
    placedAt: row.placedAt,
  };
}

/** Those that exist within the scope, in any order. */
export async function findOrders(
  { prisma }: OrderDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<OrderRecord[]> {
  const rows = await prisma.order.findMany({
    where: { AND: [{ id: { in: [...ids] } }, whereVisible(scope)] },
  });
  return rows.map(orderRecord);
}

/** The kitchen queue of an outlet within the scope, oldest first. */
export async function findKitchenQueue(
  { prisma }: OrderDatabase,
  scope: Scope,
  outletId: string,
): Promise<OrderRecord[]> {
  const rows = await prisma.order.findMany({
    where: { AND: [{ outletId, status: { in: [...KITCHEN_STATUSES] } }, whereCovered(scope)] },
    orderBy: { id: 'asc' },
    take: MAXIMUM_QUEUE,
  });
  return rows.map(orderRecord);
}

/** Lists by outlet or by customer, of all statuses or of some. */
export interface OrderFilter {
  readonly owner: 'outlet' | 'customer';
  readonly statuses: readonly OrderStatus[] | null;
}

/** Takes the parameters $1 to $5. */
function filterSql(scope: Scope, { statuses }: OrderFilter): SqlCondition {
  const visible = visibleSql(scope, { after: 1 });
  return {
    condition: `($1::text[] IS NULL OR status = ANY($1::text[]::order_status[])) AND ${visible.condition}`,
    values: [statuses, ...visible.values],
  };
}

/** A page of each owner's orders, newest first, in one query for all owners, as `connectionOf` takes it. */
export async function findOrderPages(
  { prisma }: OrderDatabase,
  scope: Scope,
  filter: OrderFilter,
  ownerIds: readonly string[],
  page: Page,
): Promise<OrderRecord[]> {
  const { above, below, direction, take } = keysetOf(page, 'desc');
  const { condition, values } = filterSql(scope, filter);
  const rows = await prisma.$queryRawUnsafe<StoredOrder[]>(
    `SELECT listed.* FROM unnest($6::uuid[]) AS owner (id) CROSS JOIN LATERAL (
       SELECT ${ORDER_COLUMNS} FROM orders
       WHERE ${ownerColumn(filter)} = owner.id AND ${condition}
         AND ($7::uuid IS NULL OR orders.id > $7::uuid) AND ($8::uuid IS NULL OR orders.id < $8::uuid)
       ORDER BY orders.id ${direction} LIMIT $9::int
     ) AS listed`,
    ...values,
    ownerIds,
    above,
    below,
    take,
  );
  return rows.map(orderRecord);
}

/** How many orders each owner's whole list has, in the order of `ownerIds`. */
export async function findOrderCounts(
  { prisma }: OrderDatabase,
  scope: Scope,
  filter: OrderFilter,
  ownerIds: readonly string[],
): Promise<number[]> {
  const column = ownerColumn(filter);
  const { condition, values } = filterSql(scope, filter);
  const rows = await prisma.$queryRawUnsafe<{ ownerId: string; count: number }[]>(
    `SELECT ${column} AS "ownerId", count(*)::int AS count FROM orders
     WHERE ${column} = ANY($6::uuid[]) AND ${condition} GROUP BY 1`,
    ...values,
    ownerIds,
  );
  const counts = new Map(rows.map(({ ownerId, count }) => [ownerId, count]));
  return ownerIds.map((id) => counts.get(id) ?? 0);
}

function ownerColumn({ owner }: OrderFilter): 'outlet_id' | 'customer_id' {
  return owner === 'outlet' ? 'outlet_id' : 'customer_id';
}
