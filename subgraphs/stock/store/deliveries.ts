/** Deliveries with their lines. */
import type { Scope } from '../../../platform/identity/identity.js';
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
  readonly lines: readonly DeliveryLine[];
}

export async function insertDelivery(tx: Transaction, { lines, ...delivery }: NewDelivery): Promise<void> {
  await tx.delivery.create({ data: delivery });
  const { id: deliveryId, franchiseId, outletId } = delivery;
  await tx.deliveryLine.createMany({
    data: lines.map((line, position) => ({ ...line, deliveryId, franchiseId, outletId, position })),
  });
}

export async function findDelivery(tx: Transaction, id: string): Promise<Delivery> {
  return tx.delivery.findUniqueOrThrow({ where: { id }, include: WITH_LINES });
}

export async function findDeliveriesByIds(
  { prisma }: StockDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<Delivery[]> {
  return prisma.delivery.findMany({
    where: { id: { in: [...ids] }, ...whereCovered(scope) },
    include: WITH_LINES,
  });
}
