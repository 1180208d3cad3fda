/** What belongs to orders that the caller has been given: lines, history, and what the kitchen has to make before them. */
import type { OrderDatabase } from './database.js';
import { type OrderLineRecord, type OrderRecord, orderLineRecord, type StatusEntry } from './records.js';

export async function findLines(
  { prisma }: OrderDatabase,
  orderIds: readonly string[],
): Promise<OrderLineRecord[][]> {
  const rows = await prisma.orderLine.findMany({
    where: { orderId: { in: [...orderIds] } },
    orderBy: [{ orderId: 'asc' }, { position: 'asc' }],
  });
  return grouped(orderIds, rows.map(orderLineRecord));
}

/** Oldest first. */
export async function findHistories(
  { prisma }: OrderDatabase,
  orderIds: readonly string[],
): Promise<StatusEntry[][]> {
  const rows = await prisma.orderStatusEntry.findMany({
    where: { orderId: { in: [...orderIds] } },
    orderBy: [{ orderId: 'asc' }, { version: 'asc' }],
  });
  return grouped(orderIds, rows);
}

/** The changes after a version, oldest first. */
export async function findHistoryAfter(
  { prisma }: OrderDatabase,
  orderId: string,
  version: number,
): Promise<StatusEntry[]> {
  return prisma.orderStatusEntry.findMany({
    where: { orderId, version: { gt: version } },
    orderBy: { version: 'asc' },
  });
}

/** Seconds of work in the kitchen before each order: all of it for one that is not in the queue yet. */
export async function findSecondsBefore(
  { prisma }: OrderDatabase,
  orders: readonly OrderRecord[],
): Promise<number[]> {
  const rows = await prisma.$queryRaw<{ id: string; seconds: bigint }[]>`
    SELECT asked.id, coalesce(sum(queued.preparation_seconds), 0)::bigint AS seconds
    FROM unnest(${orders.map(({ id }) => id)}::uuid[], ${orders.map(({ outletId }) => outletId)}::uuid[],
                ${orders.map(({ status }) => status === 'PAID')}::boolean[]) AS asked (id, outlet_id, is_queued)
    JOIN orders AS queued ON queued.outlet_id = asked.outlet_id AND queued.status IN ('PAID', 'PREPARING')
      AND (NOT asked.is_queued OR queued.id < asked.id)
    GROUP BY asked.id`;
  const seconds = new Map(rows.map((row) => [row.id, Number(row.seconds)]));
  return orders.map(({ id }) => seconds.get(id) ?? 0);
}

function grouped<Row extends { readonly orderId: string }>(
  orderIds: readonly string[],
  rows: readonly Row[],
): Row[][] {
  const groups = new Map(orderIds.map((id) => [id, [] as Row[]]));
  for (const row of rows) groups.get(row.orderId)?.push(row);
  return orderIds.map((id) => groups.get(id) ?? []);
}
