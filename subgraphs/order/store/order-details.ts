/** Details of orders that the caller has read already, archived ones too: lines, history, spent redemptions, and the work queued before them. */
import { z } from 'zod';
import { withArchive } from '../../../platform/kit/archive.js';
import { groupedBy } from '../../../platform/kit/loaders.js';
import type { OrderLine } from '../../../prisma/order/client/client.js';
import type { OrderLineRecord, OrderRecord, StatusEntry } from '../domain/order.js';
import type { RejectedLine } from '../domain/rejection.js';
import type { OrderDatabase } from './database.js';

/** What a row of an order says of whose it is, which its reader has checked already. */
const TENANT = { customerId: true, outletId: true, franchiseId: true } as const;
type StoredLine = Omit<OrderLine, keyof typeof TENANT>;

const storedOptions = z.array(
  z.object({
    ...{ id: z.string(), name: z.string(), priceDelta: z.number() },
    groupName: z.string().nullable().default(null),
  }),
);

/** Each order's in their places. */
export async function findLines(
  { prisma }: { readonly prisma: Pick<OrderDatabase['prisma'], '$queryRawUnsafe'> },
  orderIds: readonly string[],
): Promise<OrderLineRecord[]> {
  const rows = await withArchive(
    orderIds,
    ({ orderId }: StoredLine) => orderId,
    (schema, ids) =>
      prisma.$queryRawUnsafe(
        `SELECT order_id AS "orderId", position, menu_item_id AS "menuItemId", name, quantity, unit_price AS "unitPrice",
                discount, promotion_id AS "promotionId", promotion_name AS "promotionName", subtotal, options, note,
                ready_at AS "readyAt", times_remade AS "timesRemade"
         FROM ${schema}.order_line WHERE order_id = ANY($1::uuid[]) ORDER BY order_id, position`,
        ids,
      ),
  );
  return rows.map(orderLineRecord);
}

const rejectedLines = z
  .array(
    z.object({
      ...{ position: z.number().nullable(), ingredientId: z.string(), optionId: z.string().nullable() },
      ...{ requested: z.number(), available: z.number() },
    }),
  )
  .nullable();

/** What the lines of each order were rejected for; nothing of one that was not, or from before it was stored. */
export async function findRejectedLines(
  { prisma }: Pick<OrderDatabase, 'prisma'>,
  orderIds: readonly string[],
): Promise<RejectedLine[][]> {
  const rows = await withArchive(
    orderIds,
    ({ id }: { id: string; rejectedLines: unknown }) => id,
    (schema, ids) =>
      prisma.$queryRawUnsafe(
        `SELECT id, rejected_lines AS "rejectedLines" FROM ${schema}.orders WHERE id = ANY($1::uuid[])`,
        ids,
      ),
  );
  const byOrder = new Map(rows.map((row) => [row.id, rejectedLines.parse(row.rejectedLines) ?? []]));
  return orderIds.map((id) => byOrder.get(id) ?? []);
}

/** Each order's, oldest first. */
export function findHistories(
  { prisma }: OrderDatabase,
  orderIds: readonly string[],
): Promise<StatusEntry[]> {
  return withArchive(
    orderIds,
    ({ orderId }: StatusEntry) => orderId,
    (schema, ids) =>
      prisma.$queryRawUnsafe(
        `SELECT order_id AS "orderId", version, status::text, at
         FROM ${schema}.order_status_entry WHERE order_id = ANY($1::uuid[]) ORDER BY order_id, version`,
        ids,
      ),
  );
}

/** The changes after a version, oldest first. */
export async function findHistoryAfter(
  { prisma }: { readonly prisma: Pick<OrderDatabase['prisma'], 'orderStatusEntry'> },
  orderId: string,
  version: number,
): Promise<StatusEntry[]> {
  return prisma.orderStatusEntry.findMany({
    where: { orderId, version: { gt: version } },
    omit: TENANT,
    orderBy: { version: 'asc' },
  });
}

/** The redemptions spent on each order. @param orderIds of orders that have some. */
export async function findSpentRedemptions(
  prisma: Pick<OrderDatabase['prisma'], '$queryRawUnsafe'>,
  orderIds: readonly string[],
): Promise<string[][]> {
  const rows = await withArchive(
    orderIds,
    ({ orderId }: { orderId: string; redemptionId: string }) => orderId,
    (schema, ids) =>
      prisma.$queryRawUnsafe(
        `SELECT order_id AS "orderId", redemption_id AS "redemptionId"
         FROM ${schema}.order_reward WHERE order_id = ANY($1::uuid[]) ORDER BY redemption_id`,
        ids,
      ),
  );
  const byOrder = groupedBy(orderIds, rows, ({ orderId }) => orderId);
  return byOrder.map((rewards) => rewards.map(({ redemptionId }) => redemptionId));
}

/** Seconds of work queued in the kitchen before each order, of all guests: the whole queue for one that is not in it yet. */
export async function findSecondsBefore(
  { prisma }: OrderDatabase,
  orders: readonly OrderRecord[],
): Promise<number[]> {
  const rows = await prisma.$queryRaw<{ id: string; seconds: bigint }[]>`
    SELECT id, seconds FROM seconds_before_orders(${orders.map(({ id }) => id)}::uuid[],
      ${orders.map(({ outletId }) => outletId)}::uuid[], ${orders.map(({ status }) => status === 'PAID')}::boolean[],
      ${orders.map(({ priority }) => priority === 'RUSH')}::boolean[])`;
  const seconds = new Map(rows.map((row) => [row.id, Number(row.seconds)]));
  return orders.map(({ id }) => seconds.get(id) ?? 0);
}

function orderLineRecord({ promotionId, promotionName, ...row }: StoredLine): OrderLineRecord {
  return {
    ...row,
    unitPrice: Number(row.unitPrice),
    discount: Number(row.discount),
    promotion:
      promotionId === null || promotionName === null ? null : { id: promotionId, name: promotionName },
    subtotal: Number(row.subtotal),
    options: storedOptions.parse(row.options),
  };
}
