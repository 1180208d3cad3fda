/**
 * Gives up orders that an item no longer covers, once per idempotency key. Stock publishes that their reservations are withdrawn; the order subgraph
 * cancels those that were not begun, and what was paid for them goes back as it does whenever an order is cancelled.
 */
import { z } from 'zod';
import { notFound, UserFault } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../../platform/identity/identity.js';
import { isId } from '../../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../../platform/kit/idempotency.js';
import { parseInput } from '../../../../platform/kit/input.js';
import type { ResolveOrdersAtRiskInput } from '../../../../schema/types/stock.js';
import type { Context } from '../../context.js';
import { shortfallOf } from '../../domain/alert.js';
import type { StockItem } from '../../domain/records.js';
import { reservationWithdrawnEvent } from '../../published.js';
import { findOrdersAtRiskOf } from '../../store/reservations.js';
import { findItem, findItemsForUpdate } from '../../store/stock-items.js';

const inputSchema = z.object({
  stockItemId: z.string(),
  orderIds: z
    .array(z.string())
    .min(1, 'Must not be empty')
    .max(100, 'At most 100 entries')
    .transform((ids) => [...new Set(ids)]),
  action: z.enum(['REFUND']),
});

export interface ResolvedOrders {
  readonly stockItem: StockItem;
  readonly orderIds: readonly string[];
}

/** @throws UserFault INVALID_STATE naming an order that is not at risk of the item. */
export async function resolveOrdersAtRisk(
  context: Context,
  input: ResolveOrdersAtRiskInput,
): Promise<ResolvedOrders> {
  const { database, identity, cause } = context;
  const given = parseInput(inputSchema, input);
  const { stockItemId, orderIds, action } = given;
  const request = idempotentRequest('resolveOrdersAtRisk', callerOf(identity), input.idempotencyKey, given);
  if (!isId(stockItemId)) throw notFound('Stock item');
  const scope = scopeFor(identity, 'orders:cancel');
  return database.work(cause, async (work) => {
    await writeOnce(work.tx, request, stockItemId, async () => {
      const [item] = await findItemsForUpdate(work.tx, scope, [stockItemId]);
      if (item === undefined) throw notFound('Stock item');
      const atRisk = new Set(await findOrdersAtRiskOf(work.tx, stockItemId, shortfallOf(item)));
      for (const [index, orderId] of orderIds.entries()) {
        if (atRisk.has(orderId)) continue;
        const field = ['orderIds', String(index)];
        throw UserFault.of('INVALID_STATE', 'The order is not at risk', field);
      }
      for (const orderId of orderIds) work.emit(reservationWithdrawnEvent(item, orderId));
      recordChange(work, context, {
        ...{ action: 'resolveOrdersAtRisk', entity: { type: 'StockItem', id: stockItemId }, tenant: item },
        ...{ before: { orderIds: null }, after: { orderIds, action } },
      });
    });
    return { stockItem: await findItem(work.tx, stockItemId), orderIds };
  });
}
