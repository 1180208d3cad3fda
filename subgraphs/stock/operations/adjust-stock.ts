/**
 * Records a count, once per idempotency key. It sets a counted item's figure; for a weighed item it is recorded, and the scale
 * decides.
 */
import { z } from 'zod';
import { notFound } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { callerOf, type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../platform/kit/idempotency.js';
import { parseInput, quantity, text } from '../../../platform/kit/input.js';
import type { AdjustStockInput } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import type { StockItem } from '../domain/records.js';
import type { Transaction } from '../store/database.js';
import { findItemsForUpdate } from '../store/stock-items.js';
import { MAXIMUM_QUANTITY } from './limits.js';
import { recordMovements } from './record-movements.js';

const inputSchema = z.object({
  stockItemId: z.string(),
  countedOnHand: quantity(0, MAXIMUM_QUANTITY),
  reason: text(500),
});

export async function adjustStock(
  { database, identity, origin, cause }: Context,
  input: AdjustStockInput,
): Promise<StockItem> {
  const count = parseInput(inputSchema, input);
  const { stockItemId, countedOnHand, reason } = count;
  const personId = callerOf(identity);
  const request = idempotentRequest('adjustStock', personId, input.idempotencyKey, count);
  if (!isId(stockItemId)) throw notFound('Stock item');
  const scope = scopeFor(identity, 'stock:manage');
  return database.work(cause, async (work) => {
    const id = await writeOnce(work.tx, request, stockItemId, async () => {
      const item = await itemForUpdate(work.tx, scope, stockItemId);
      const { franchiseId, outletId, onHand, tracking } = item;
      const delta = tracking === 'COUNT' ? countedOnHand - onHand : 0;
      await recordMovements(work, [
        { stockItemId, franchiseId, outletId, figure: 'ON_HAND', delta, kind: 'COUNT', personId, reason },
      ]);
      recordChange(
        work,
        { identity, origin },
        {
          ...{ action: 'adjustStock', entity: { type: 'StockItem', id: stockItemId }, tenant: item },
          before: { onHand: item.onHand },
          after: { onHand: item.onHand + delta, countedOnHand, reason },
        },
      );
    });
    return itemForUpdate(work.tx, scope, id);
  });
}

async function itemForUpdate(tx: Transaction, scope: Scope, id: string): Promise<StockItem> {
  const [item] = await findItemsForUpdate(tx, scope, [id]);
  if (item === undefined) throw notFound('Stock item');
  return item;
}
