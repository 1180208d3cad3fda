/**
 * Takes in a delivery, once per idempotency key. Counted items gain it at once; for weighed items it is recorded, and the
 * scale decides. What comes for an order to a supplier moves the order on, and differences from it are noted.
 */
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { callerOf, type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { addDays, parseCalendarDay, todayIn } from '../../../platform/kit/calendar.js';
import { idempotentRequest, writeOnce } from '../../../platform/kit/idempotency.js';
import { parseInput, quantity, text } from '../../../platform/kit/input.js';
import type { ReceiveDeliveryInput } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import { statusAfter } from '../domain/purchasing/purchase-order-state.js';
import { receiptOf } from '../domain/purchasing/receiving.js';
import type { PurchaseOrder } from '../domain/purchasing/records.js';
import type { Delivery, StockItem } from '../domain/records.js';
import { purchaseOrderReceivedEvent } from '../published.js';
import type { Transaction } from '../store/database.js';
import { findDelivery, insertDelivery, type NewDelivery } from '../store/deliveries.js';
import {
  findLines,
  findPurchaseOrder,
  findPurchaseOrderForUpdate,
  updatePurchaseOrder,
  updateReceived,
} from '../store/purchasing/purchase-orders.js';
import { findSupplier } from '../store/purchasing/suppliers.js';
import { findItemsForUpdate } from '../store/stock-items.js';
import { MAXIMUM_ON_HAND, MAXIMUM_QUANTITY } from './limits.js';
import { wrongStatus } from './purchasing/change-purchase-order.js';
import { recordMovements } from './record-movements.js';
import { requireOutlet } from './require-outlet.js';

/** What is older or good for longer is a slip of the pen. The time zone matters to neither bound. */
const bestBefore = z.string().transform((text, context) => {
  const day = parseCalendarDay(text);
  const today = todayIn('UTC');
  if (day !== undefined && day >= addDays(today, -60) && day <= addDays(today, 3_653)) return day;
  context.addIssue({
    ...{ code: 'custom', message: 'Goods are best before a day from 60 days ago to 10 years from now' },
  });
  return z.NEVER;
});

const inputSchema = z.object({
  outletId: z.string(),
  supplier: text(200).nullish().transform(orNull),
  reference: text(200).nullish().transform(orNull),
  // Left out where they are not given, so that a retry by a client of before has the same hash.
  purchaseOrderId: z.string().nullish().transform(orUndefined),
  lines: z
    .array(
      z.object({
        stockItemId: z.string(),
        quantity: quantity(1, MAXIMUM_QUANTITY),
        bestBefore: bestBefore.nullish().transform(orUndefined),
        note: text(200).nullish().transform(orUndefined),
      }),
    )
    .min(1, 'Must not be empty')
    .max(100, 'At most 100 entries'),
});

type Input = z.output<typeof inputSchema>;

export async function receiveDelivery(
  { database, identity, origin, cause }: Context,
  input: ReceiveDeliveryInput,
): Promise<Delivery> {
  const delivery = parseInput(inputSchema, input);
  const receivedBy = callerOf(identity);
  const request = idempotentRequest('receiveDelivery', receivedBy, input.idempotencyKey, delivery);
  const scope = scopeFor(identity, 'stock:manage');
  const { franchiseId } = await requireOutlet(database, scope, delivery.outletId);
  return database.work(cause, async (work) => {
    const deliveryId = newId('Delivery');
    const id = await writeOnce(work.tx, request, deliveryId, async () => {
      const order = await orderForUpdate(work.tx, scope, delivery);
      const receipt = order && (await receiveForOrder(work.tx, order, delivery));
      // Late: reservations wait for the items' locks.
      const lines = await lockedLines(work.tx, scope, delivery);
      if (receipt?.isOfOrder === false) throw notOfOrder();
      const received = { ...delivery, ...receipt?.delivery };
      await insertDelivery(work.tx, { ...received, id: deliveryId, franchiseId, receivedBy });
      await recordMovements(
        work,
        lines.map(({ item, quantity }) => ({
          stockItemId: item.id,
          franchiseId: item.franchiseId,
          outletId: item.outletId,
          figure: 'ON_HAND',
          delta: item.tracking === 'COUNT' ? quantity : 0,
          kind: 'DELIVERY',
          deliveryId,
        })),
      );
      const change = { action: 'receiveDelivery', tenant: { franchiseId, outletId: delivery.outletId } };
      if (order === null) {
        const entity = { type: 'Delivery', id: deliveryId };
        recordChange(work, { identity, origin }, { ...change, entity, before: null, after: received });
        return;
      }
      const after = await findPurchaseOrder(work.tx, order.id);
      work.emit(purchaseOrderReceivedEvent(after, deliveryId));
      recordChange(
        work,
        { identity, origin },
        {
          ...{ ...change, entity: { type: 'PurchaseOrder', id: order.id } },
          before: { status: order.status },
          after: { status: after.status, delivery: { ...received, id: deliveryId } },
        },
      );
    });
    return findDelivery(work.tx, id);
  });
}

/** Null without an order. @throws UserFault NOT_FOUND for an order that is not the outlet's, INVALID_STATE for one that is not on the way. */
async function orderForUpdate(
  tx: Transaction,
  scope: Scope,
  { outletId, purchaseOrderId }: Input,
): Promise<PurchaseOrder | null> {
  if (purchaseOrderId === undefined) return null;
  const order = await findPurchaseOrderForUpdate(tx, scope, purchaseOrderId);
  if (order?.outletId !== outletId) {
    throw UserFault.of('NOT_FOUND', 'Purchase order not found', ['purchaseOrderId']);
  }
  if (statusAfter(order.status, 'receivePart') === null) throw wrongStatus(order.status, ['purchaseOrderId']);
  return order;
}

/** Moves the order on. @returns whether a line is of it; the lines with what was outstanding, and the supplier's name where the input has none. */
async function receiveForOrder(
  tx: Transaction,
  order: PurchaseOrder,
  { supplier, lines: delivered }: Input,
): Promise<{ readonly isOfOrder: boolean; readonly delivery: Pick<NewDelivery, 'lines' | 'supplier'> }> {
  const { lines, received, isComplete } = receiptOf(await findLines(tx, order.id), delivered);
  for (const [index, { stockItemId }] of delivered.entries()) {
    if ((received.get(stockItemId) ?? 0) > MAXIMUM_ON_HAND) {
      const field = ['lines', String(index), 'quantity'];
      throw UserFault.of('INVALID_QUANTITY', 'More than an item can hold', field);
    }
  }
  const status = statusAfter(order.status, isComplete ? 'receiveRest' : 'receivePart') ?? order.status;
  await updateReceived(tx, order.id, received);
  await updatePurchaseOrder(tx, order, { status, ...(isComplete && { endedAt: new Date() }) });
  const name = supplier ?? (await findSupplier(tx, order.supplierId)).name;
  return { isOfOrder: received.size > 0, delivery: { lines, supplier: name } };
}

function notOfOrder(): UserFault {
  const message = 'None of the lines is of this purchase order';
  return UserFault.of('INVALID_INPUT', message, ['purchaseOrderId']);
}

/** The lines with their items, locked. @throws UserFault naming a line that is no item of the outlet, or is too much. */
async function lockedLines(
  tx: Transaction,
  scope: Scope,
  { outletId, lines }: Input,
): Promise<{ readonly item: StockItem; readonly quantity: number }[]> {
  const ids = lines.map(({ stockItemId }) => stockItemId);
  const items = new Map((await findItemsForUpdate(tx, scope, ids)).map((item) => [item.id, item]));
  const levels = new Map<string, number>();
  const locked = [];
  for (const [index, line] of lines.entries()) {
    const field = (name: string) => ['lines', String(index), name];
    const item = items.get(line.stockItemId);
    if (item?.outletId !== outletId) {
      throw UserFault.of('NOT_FOUND', 'Stock item not found', field('stockItemId'));
    }
    const level = (levels.get(item.id) ?? item.onHand) + line.quantity;
    if (level > MAXIMUM_ON_HAND) {
      throw UserFault.of('INVALID_QUANTITY', 'More than an item can hold', field('quantity'));
    }
    levels.set(item.id, level);
    locked.push({ item, quantity: line.quantity });
  }
  return locked;
}

function orNull(value: string | null | undefined): string | null {
  return value ?? null;
}

function orUndefined<Value>(value: Value | null | undefined): Value | undefined {
  return value ?? undefined;
}
