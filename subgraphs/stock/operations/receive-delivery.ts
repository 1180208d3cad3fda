/**
 * Takes in a delivery, once per idempotency key. Counted items gain it at once; for weighed items it is recorded, and the
 * scale decides.
 */
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { callerOf, type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../platform/kit/idempotency.js';
import { parseInput, quantity, text } from '../../../platform/kit/input.js';
import type { ReceiveDeliveryInput } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import type { Delivery, StockItem } from '../domain/records.js';
import type { Transaction } from '../store/database.js';
import { findDelivery, insertDelivery } from '../store/deliveries.js';
import { findItemsForUpdate } from '../store/stock-items.js';
import { MAXIMUM_ON_HAND, MAXIMUM_QUANTITY } from './limits.js';
import { recordMovements } from './record-movements.js';
import { requireOutlet } from './require-outlet.js';

const inputSchema = z.object({
  outletId: z.string(),
  supplier: text(200).nullish().transform(orNull),
  reference: text(200).nullish().transform(orNull),
  lines: z
    .array(z.object({ stockItemId: z.string(), quantity: quantity(1, MAXIMUM_QUANTITY) }))
    .min(1, 'Must not be empty')
    .max(100, 'At most 100 entries'),
});

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
      const lines = await lockedLines(work.tx, scope, delivery);
      await insertDelivery(work.tx, { ...delivery, id: deliveryId, franchiseId, receivedBy });
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
      recordChange(
        work,
        { identity, origin },
        {
          ...{ action: 'receiveDelivery', entity: { type: 'Delivery', id: deliveryId } },
          tenant: { franchiseId, outletId: delivery.outletId },
          ...{ before: null, after: delivery },
        },
      );
    });
    return findDelivery(work.tx, id);
  });
}

/** The lines with their items, locked. @throws UserFault naming a line that is no item of the outlet, or is too much. */
async function lockedLines(
  tx: Transaction,
  scope: Scope,
  { outletId, lines }: z.output<typeof inputSchema>,
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
