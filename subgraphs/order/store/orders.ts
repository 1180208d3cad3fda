/**
 * Reads orders. Every read names its scope: the guest's own orders, and those of outlets and franchises within it. What looks into
 * every month is a function of the database, planned once for each connection (migration `partitioned_orders`).
 */
import { z } from 'zod';
import type { Scope } from '../../../platform/identity/identity.js';
import { withArchive } from '../../../platform/kit/archive.js';
import { keysetOf, type Page } from '../../../platform/kit/paging.js';
import { coveredSql, visibleSql } from '../../../platform/kit/tenant-scope.js';
import { orderTaxes } from '../../../platform/order-charges.js';
import type { Order } from '../../../prisma/order/client/client.js';
import type { OrderRecord } from '../domain/order.js';
import type { OrderStatus } from '../domain/order-state.js';
import type { OrderDatabase } from './database.js';

const storedSubstitution = z
  .object({
    menuItemId: z.string(),
    name: z.string(),
    positions: z.array(z.number()).readonly(),
    status: z.enum(['OFFERED', 'ACCEPTED', 'TAKEN', 'FAILED']),
    offeredAt: z.coerce.date(),
  })
  .nullable();

/** More than any kitchen's queue. */
const MAXIMUM_QUEUE = 500;

/** What `orderRecord` needs of a row of `orders`, for statements of our own. */
export const ORDER_COLUMNS = `id, number, customer_id AS "customerId", outlet_id AS "outletId", franchise_id AS "franchiseId",
  status::text, status_at AS "statusAt", status_reason AS "statusReason", version, total,
  reward_discount AS "rewardDiscount", service_charge AS "serviceCharge", taxes, rounding, preparation_seconds AS "preparationSeconds", placed_at AS "placedAt", priority::text, drink::text,
  pickup_at AS "pickupAt", placed_by AS "placedBy", is_part_paid AS "isPartPaid", substitution`;

type StoredAmounts = Pick<Order, 'total' | 'rewardDiscount' | 'serviceCharge' | 'rounding'>;

export type StoredOrder = Omit<OrderRecord, keyof StoredAmounts | 'taxes' | 'substitution'> &
  StoredAmounts & { readonly taxes: unknown; readonly substitution: unknown };

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
    serviceCharge: Number(row.serviceCharge),
    taxes: orderTaxes.parse(row.taxes),
    rounding: Number(row.rounding),
    preparationSeconds: row.preparationSeconds,
    placedAt: row.placedAt,
    priority: row.priority,
    drink: row.drink,
    pickupAt: row.pickupAt,
    placedBy: row.placedBy,
    isPartPaid: row.isPartPaid,
    substitution: storedSubstitution.parse(row.substitution),
  };
}

/** How many unpaid orders a guest has placed at an outlet, and what they come to together. */
export async function findUnpaidOrders(
  { pool }: Pick<OrderDatabase, 'pool'>,
  { customerId, outletId }: { readonly customerId: string; readonly outletId: string },
): Promise<{ readonly orders: number; readonly amount: number }> {
  const { rows } = await pool.query<{ orders: number; amount: number }>({
    name: 'unpaid-orders',
    text: `SELECT orders::float8 AS orders, amount::float8 AS amount FROM unpaid_orders_of(ARRAY[$1::uuid], ARRAY[$2::uuid])`,
    values: [customerId, outletId],
  });
  return rows[0] ?? { orders: 0, amount: 0 };
}

/** Those that exist within the scope, archived ones too, in any order. */
export async function findOrders(
  { prisma }: OrderDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<OrderRecord[]> {
  const visible = visibleSql(scope, { after: 1 });
  const rows = await withArchive(
    ids,
    ({ id }: StoredOrder) => id,
    (schema, some) =>
      prisma.$queryRawUnsafe(
        `SELECT ${ORDER_COLUMNS} FROM ${schema}.orders WHERE id = ANY($1::uuid[]) AND ${visible.condition}`,
        some,
        ...visible.values,
      ),
  );
  return rows.map(orderRecord);
}

/** The kitchen queue of an outlet within the scope: what must go first, then by age. */
export async function findKitchenQueue(
  { prisma }: OrderDatabase,
  scope: Scope,
  outletId: string,
): Promise<OrderRecord[]> {
  const covered = coveredSql(scope, { after: 2 });
  const rows = await prisma.$queryRawUnsafe<StoredOrder[]>(
    `SELECT ${ORDER_COLUMNS} FROM kitchen_queue($1::uuid, $2::int) WHERE ${covered.condition} ORDER BY priority DESC, id`,
    outletId,
    MAXIMUM_QUEUE,
    ...covered.values,
  );
  return rows.map(orderRecord);
}

/** Lists by outlet or by customer, of all statuses or of some. */
export interface OrderFilter {
  readonly owner: 'outlet' | 'customer';
  readonly statuses: readonly OrderStatus[] | null;
}

/** What `orders_of_…` and `count_orders_of_…` take as their first parameters. */
function listParameters(scope: Scope, { statuses }: OrderFilter, ownerIds: readonly string[]): unknown[] {
  const { customerId, everywhere, franchiseIds, outletIds } = scope;
  return [ownerIds, statuses, customerId, everywhere, franchiseIds, outletIds];
}

const LIST_PARAMETERS = `$1::uuid[], $2::text[]::order_status[], $3::uuid, $4::boolean, $5::uuid[], $6::uuid[]`;

/** A page of each owner's orders, those in use and then the archived. */
export async function findOrderPages(
  { prisma }: OrderDatabase,
  scope: Scope,
  filter: OrderFilter,
  ownerIds: readonly string[],
  page: Page,
): Promise<OrderRecord[]> {
  const { above, below, direction, take } = keysetOf(page, 'desc');
  const rows = await prisma.$queryRawUnsafe<StoredOrder[]>(
    `SELECT ${ORDER_COLUMNS} FROM orders_of_${filter.owner}(${LIST_PARAMETERS}, $7::uuid, $8::uuid, $9::boolean, $10::int)`,
    ...listParameters(scope, filter, ownerIds),
    above,
    below,
    direction === 'asc',
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
  const rows = await prisma.$queryRawUnsafe<{ ownerId: string; count: bigint }[]>(
    `SELECT owner_id AS "ownerId", count FROM count_orders_of_${filter.owner}(${LIST_PARAMETERS})`,
    ...listParameters(scope, filter, ownerIds),
  );
  const counts = new Map(rows.map(({ ownerId, count }) => [ownerId, Number(count)]));
  return ownerIds.map((id) => counts.get(id) ?? 0);
}
