/** Deliveries with their lines. */
import type { Scope } from '../../../platform/identity/identity.js';
import { type CalendarDay, dateOfDay, dayOfDate } from '../../../platform/kit/calendar.js';
import { whereCovered } from '../../../platform/kit/tenant-scope.js';
import type { Delivery, DeliveryLine } from '../domain/records.js';
import type { StockDatabase, Transaction } from './database.js';

const WITH_LINES = { lines: { orderBy: { position: 'asc' } } } as const;

export interface NewDelivery {
  readonly id: string;
  readonly franchiseId: string;
  readonly outletId: string;
  readonly supplier: string | null;
  readonly reference: string | null;
  readonly receivedBy: string;
  readonly purchaseOrderId?: string | undefined;
  readonly transferId?: string;
  readonly lines: readonly NewDeliveryLine[];
}

export interface NewDeliveryLine extends Pick<DeliveryLine, 'stockItemId' | 'quantity'> {
  readonly bestBefore?: CalendarDay | null | undefined;
  readonly note?: string | null | undefined;
  readonly outstanding?: number | null;
}

export async function insertDelivery(
  tx: Transaction,
  { lines, purchaseOrderId, ...delivery }: NewDelivery,
): Promise<void> {
  await tx.delivery.create({ data: { ...delivery, purchaseOrderId: purchaseOrderId ?? null } });
  const { id: deliveryId, franchiseId, outletId } = delivery;
  await tx.deliveryLine.createMany({
    data: lines.map(({ stockItemId, quantity, bestBefore, note, outstanding }, position) => ({
      ...{ deliveryId, franchiseId, outletId, position, stockItemId, quantity },
      ...{ note: note ?? null, outstanding: outstanding ?? null },
      bestBefore: bestBefore == null ? null : dateOfDay(bestBefore),
    })),
  });
}

export async function findDelivery(tx: Transaction, id: string): Promise<Delivery> {
  return recordOf(await tx.delivery.findUniqueOrThrow({ where: { id }, include: WITH_LINES }));
}

export async function findDeliveriesByIds(
  { prisma }: StockDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<Delivery[]> {
  const rows = await prisma.delivery.findMany({
    where: { id: { in: [...ids] }, ...whereCovered(scope) },
    include: WITH_LINES,
  });
  return rows.map(recordOf);
}

/** What has come of these orders to suppliers, oldest first. */
export async function findDeliveriesOfOrders(
  { prisma }: StockDatabase,
  scope: Scope,
  purchaseOrderIds: readonly string[],
): Promise<(Delivery & { readonly purchaseOrderId: string })[]> {
  const rows = await prisma.delivery.findMany({
    where: { purchaseOrderId: { in: [...purchaseOrderIds] }, ...whereCovered(scope) },
    orderBy: { id: 'asc' },
    include: WITH_LINES,
  });
  return rows.map((row) => ({ ...recordOf(row), purchaseOrderId: row.purchaseOrderId ?? '' }));
}

interface Row extends Omit<Delivery, 'lines'> {
  readonly lines: readonly (Omit<DeliveryLine, 'bestBefore'> & { readonly bestBefore: Date | null })[];
}

function recordOf({ lines, ...delivery }: Row): Delivery {
  return {
    ...delivery,
    lines: lines.map((line) => ({ ...line, bestBefore: line.bestBefore && dayOfDate(line.bestBefore) })),
  };
}
