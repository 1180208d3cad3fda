/**
 * Decides on orders that an item no longer covers, once per idempotency key. REFUND: stock publishes that their reservations are withdrawn; the order
 * subgraph cancels those that were not begun, and what was paid for them goes back as it does whenever an order is cancelled. OFFER: stock publishes
 * what is proposed in place of what takes the item, and the order subgraph offers it to the guests.
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
import { servingsFrom } from '../../domain/servings.js';
import { reservationWithdrawnEvent, substitutionProposedEvent } from '../../published.js';
import type { OwnStockDatabase } from '../../store/database.js';
import { findOrdersAtRiskOf } from '../../store/reservations.js';
import { findOutletStock } from '../../store/serving-recipes.js';
import { findItem, findItemsByIds, findItemsForUpdate } from '../../store/stock-items.js';

const inputSchema = z.object({
  stockItemId: z.string(),
  orderIds: z
    .array(z.string())
    .min(1, 'Must not be empty')
    .max(100, 'At most 100 entries')
    .transform((ids) => [...new Set(ids)]),
  action: z.enum(['REFUND', 'OFFER']),
  menuItemId: z.string().nullish(),
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
  const offered = offeredItem(given);
  const request = idempotentRequest('resolveOrdersAtRisk', callerOf(identity), input.idempotencyKey, given);
  if (!isId(stockItemId)) throw notFound('Stock item');
  const scope = scopeFor(identity, 'orders:cancel');
  // Before the item is locked: what waits for it may hold every connection that this would read by.
  const [seen] = await findItemsByIds(database, scope, [stockItemId]);
  const fault =
    seen === undefined || offered === null ? null : await faultOf(context.ownDatabase, seen, offered);
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
      if (fault !== null) throw fault;
      for (const orderId of orderIds) {
        work.emit(
          offered === null
            ? reservationWithdrawnEvent(item, orderId)
            : substitutionProposedEvent(item, orderId, offered),
        );
      }
      recordChange(work, context, {
        ...{ action: 'resolveOrdersAtRisk', entity: { type: 'StockItem', id: stockItemId }, tenant: item },
        ...{
          before: { orderIds: null },
          after: { orderIds, action, ...(offered !== null && { menuItemId: offered }) },
        },
      });
    });
    return { stockItem: await findItem(work.tx, stockItemId), orderIds };
  });
}

/** What is offered; null where the orders are given up. */
function offeredItem({ action, menuItemId }: z.infer<typeof inputSchema>): string | null {
  if (action === 'REFUND') {
    if (menuItemId == null) return null;
    throw UserFault.of('INVALID_INPUT', 'Only an OFFER has an item.', ['menuItemId']);
  }
  if (menuItemId == null) throw UserFault.of('INVALID_INPUT', 'Say what is offered.', ['menuItemId']);
  return menuItemId;
}

/** For what the outlet cannot make now, or not without the item that ran short. */
async function faultOf(
  database: OwnStockDatabase,
  { outletId, ingredientId }: StockItem,
  menuItemId: string,
): Promise<UserFault | null> {
  const { items, takenOff, available } = await findOutletStock(database, outletId);
  const offered = items.find((one) => one.menuItemId === menuItemId);
  const field = ['menuItemId'];
  if (offered === undefined) return UserFault.of('INVALID_INPUT', 'The menu has no such item.', field);
  if (offered.recipe.some((part) => part.ingredientId === ingredientId)) {
    return UserFault.of('INVALID_INPUT', 'That takes what has run short, too.', field);
  }
  if (takenOff.includes(menuItemId) || servingsFrom(offered.recipe, (id) => available[id] ?? 0) < 1) {
    return UserFault.of('OUT_OF_STOCK', 'No serving of that is left.', field);
  }
  return null;
}
