/** Deliveries and counts: what people say came in and is there. A scale's item keeps the record; the scale decides. */
import { notFound, UserFault } from '../../../platform/errors.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import type { Delivery, DeliveryLine, StockItem } from '../../../prisma/stock/client/client.js';
import type { StockDatabase, Work } from './database.js';
import { once } from './idempotency.js';
import { recordMovements } from './movements.js';
import { lockItem, lockItems } from './stock-items.js';
import { outletWithin, within } from './tenancy.js';

export type DeliveryWithLines = Delivery & { readonly lines: readonly DeliveryLine[] };

export interface NewDelivery {
  readonly outletId: string;
  readonly supplier: string | null;
  readonly reference: string | null;
  readonly lines: readonly { readonly stockItemId: string; readonly quantity: number }[];
}

/** As much as a figure holds. */
const MOST_ON_HAND = 2_147_483_647;

export async function receiveDelivery(
  work: Work,
  scope: Scope,
  customerId: string,
  delivery: NewDelivery,
  idempotencyKey: string,
): Promise<DeliveryWithLines> {
  const { tx } = work;
  const { outletId, supplier, reference, lines } = delivery;
  const { franchiseId } = await outletWithin(tx, scope, outletId);
  const deliveryId = newId();
  const request = { operation: 'receiveDelivery', customerId, key: idempotencyKey, input: delivery };
  const id = await once(tx, request, deliveryId, async () => {
    const items = await itemsOfLines(work, scope, delivery);
    await tx.delivery.create({
      data: { id: deliveryId, franchiseId, outletId, supplier, reference, receivedBy: customerId },
    });
    await tx.deliveryLine.createMany({
      data: lines.map((line, position) => ({ ...line, deliveryId, position })),
    });
    await recordMovements(
      work,
      lines.map(({ stockItemId, quantity }) => ({
        stockItemId,
        figure: 'ON_HAND',
        delta: items.get(stockItemId)?.tracking === 'COUNT' ? quantity : 0,
        kind: 'DELIVERY',
        deliveryId,
      })),
    );
  });
  return tx.delivery.findUniqueOrThrow({
    where: { id },
    include: { lines: { orderBy: { position: 'asc' } } },
  });
}

/** The items of the lines, locked. @throws UserFault naming the line that is no item of the outlet, or too much. */
async function itemsOfLines(
  { tx }: Work,
  scope: Scope,
  { outletId, lines }: NewDelivery,
): Promise<ReadonlyMap<string, StockItem>> {
  const ids = lines.map(({ stockItemId }) => stockItemId);
  const items = new Map((await lockItems(tx, scope, ids)).map((item) => [item.id, item]));
  const levels = new Map<string, number>();
  for (const [index, { stockItemId, quantity }] of lines.entries()) {
    const item = items.get(stockItemId);
    if (item?.outletId !== outletId) {
      throw UserFault.of('NOT_FOUND', 'Stock item not found', ['lines', String(index), 'stockItemId']);
    }
    const level = (levels.get(stockItemId) ?? item.onHand) + quantity;
    if (level > MOST_ON_HAND) {
      throw UserFault.of('INVALID_QUANTITY', 'More than an item can hold', [
        'lines',
        String(index),
        'quantity',
      ]);
    }
    levels.set(stockItemId, level);
  }
  return items;
}

export interface NewCount {
  readonly stockItemId: string;
  readonly countedOnHand: number;
  readonly reason: string;
}

export async function recordCount(
  work: Work,
  scope: Scope,
  customerId: string,
  count: NewCount,
  idempotencyKey: string,
): Promise<StockItem> {
  const { tx } = work;
  const { stockItemId, countedOnHand, reason } = count;
  if (!isId(stockItemId)) throw notFound('Stock item');
  const request = { operation: 'adjustStock', customerId, key: idempotencyKey, input: count };
  const id = await once(tx, request, stockItemId, async () => {
    const item = await lockItem(tx, scope, stockItemId);
    await recordMovements(work, [
      {
        stockItemId,
        figure: 'ON_HAND',
        delta: item.tracking === 'COUNT' ? countedOnHand - item.onHand : 0,
        kind: 'COUNT',
        personId: customerId,
        reason,
      },
    ]);
  });
  return lockItem(tx, scope, id);
}

export async function deliveriesByIds(
  { prisma }: StockDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<DeliveryWithLines[]> {
  return prisma.delivery.findMany({
    where: { id: { in: ids.filter(isId) }, ...within(scope) },
    include: { lines: { orderBy: { position: 'asc' } } },
  });
}
