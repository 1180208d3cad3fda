/** Details of orders that the caller has read already: lines, history, spent redemptions, and the work queued before them. */
import { z } from 'zod';
import { groupedBy } from '../../../platform/kit/loaders.js';
import type { OrderLine } from '../../../prisma/order/client/client.js';
import type { OrderLineRecord, OrderRecord, StatusEntry } from '../domain/order.js';
import type { OrderDatabase } from './database.js';

/** What a row of an order says of whose it is, which its reader has checked already. */
const TENANT = { customerId: true, outletId: true, franchiseId: true } as const;

const storedOptions = z.array(z.object({ id: z.string(), name: z.string(), priceDelta: z.number() }));

export async function findLines(
  { prisma }: OrderDatabase,
  orderIds: readonly string[],
): Promise<OrderLineRecord[]> {
  const rows = await prisma.orderLine.findMany({
    where: { orderId: { in: [...orderIds] } },
    omit: TENANT,
    orderBy: [{ orderId: 'asc' }, { position: 'asc' }],
  });
  return rows.map(orderLineRecord);
}

/** Oldest first. */
export async function findHistories(
  { prisma }: OrderDatabase,
  orderIds: readonly string[],
): Promise<StatusEntry[]> {
  return prisma.orderStatusEntry.findMany({
    where: { orderId: { in: [...orderIds] } },
    omit: TENANT,
    orderBy: [{ orderId: 'asc' }, { version: 'asc' }],
  });
}

/** The changes after a version, oldest first. */
export async function findHistoryAfter(
  { prisma }: OrderDatabase,
  orderId: string,
  version: number,
): Promise<StatusEntry[]> {
  return prisma.orderStatusEntry.findMany({
    where: { orderId, version: { gt: version } },
    omit: TENANT,
    orderBy: { version: 'asc' },
  });
}

/** The redemptions spent on each order. */
export async function findSpentRedemptions(
  { orderReward }: Pick<OrderDatabase['prisma'], 'orderReward'>,
  orderIds: readonly string[],
): Promise<string[][]> {
  const rows = await orderReward.findMany({
    where: { orderId: { in: [...orderIds] } },
    orderBy: { redemptionId: 'asc' },
  });
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
      ${orders.map(({ outletId }) => outletId)}::uuid[], ${orders.map(({ status }) => status === 'PAID')}::boolean[])`;
  const seconds = new Map(rows.map((row) => [row.id, Number(row.seconds)]));
  return orders.map(({ id }) => seconds.get(id) ?? 0);
}

function orderLineRecord({
  promotionId,
  promotionName,
  ...row
}: Omit<OrderLine, keyof typeof TENANT>): OrderLineRecord {
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
