/** Changes an item's reorder point, and publishes `stock.low` where that makes the item low. */
import { z } from 'zod';
import { notFound } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../platform/identity/identity.js';
import { parseInput, quantity } from '../../../platform/kit/input.js';
import type { UpdateStockItemInput } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import { isLow } from '../domain/alert.js';
import type { StockItem } from '../domain/records.js';
import { lowStockEvent, publishLevels } from '../published.js';
import { findItemsForUpdate, updateItem } from '../store/stock-items.js';
import { MAXIMUM_QUANTITY } from './limits.js';
import { traceIdIn } from './record-movements.js';

const inputSchema = z.object({ reorderPoint: quantity(0, MAXIMUM_QUANTITY).nullish() });

export async function updateStockItem(
  { database, identity, origin, cause }: Context,
  input: UpdateStockItemInput,
): Promise<StockItem> {
  const { reorderPoint } = parseInput(inputSchema, input);
  const edit = { by: callerOf(identity), at: new Date(), traceId: traceIdIn(cause) };
  const scope = scopeFor(identity, 'stock:manage');
  return database.work(cause, async (work) => {
    const [before] = await findItemsForUpdate(work.tx, scope, [input.stockItemId]);
    if (before === undefined) throw notFound('Stock item');
    if (reorderPoint == null) return before;
    const { ingredient, ...item } = await updateItem(work.tx, before, { reorderPoint }, edit);
    if (isLow(item) && !isLow(before)) work.emit(lowStockEvent(item, ingredient.name));
    publishLevels(work, [item]);
    recordChange(
      work,
      { identity, origin },
      {
        ...{ action: 'updateStockItem', entity: { type: 'StockItem', id: item.id }, tenant: item },
        before: { reorderPoint: before.reorderPoint },
        after: { reorderPoint },
      },
    );
    return item;
  });
}
