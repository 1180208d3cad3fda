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
import type { Work } from '../store/database.js';
import { findItemsForUpdate, updateReorderPoints } from '../store/stock-items.js';
import { MAXIMUM_QUANTITY } from './limits.js';
import { traceIdIn } from './record-movements.js';

const reorderInput = z.object({ reorderPoint: quantity(0, MAXIMUM_QUANTITY).nullish() });

export async function updateStockItem(caller: Context, input: UpdateStockItemInput): Promise<StockItem> {
  const { database, identity, cause } = caller;
  const { reorderPoint } = parseInput(reorderInput, input);
  const scope = scopeFor(identity, 'stock:manage');
  return database.work(cause, async (work) => {
    const [before] = await findItemsForUpdate(work.tx, scope, [input.stockItemId]);
    if (before === undefined) throw notFound('Stock item');
    if (reorderPoint == null) return before;
    const [item] = await changeReorderPoints(work, caller, 'updateStockItem', [{ before, reorderPoint }]);
    return item ?? before;
  });
}

export interface ReorderPointChange {
  /** Locked by the caller. */
  readonly before: StockItem;
  readonly reorderPoint: number;
}

/** Within a transaction that may change more. */
export async function changeReorderPoints(
  work: Work,
  caller: Context,
  action: string,
  changes: readonly ReorderPointChange[],
): Promise<StockItem[]> {
  const edit = { by: callerOf(caller.identity), at: new Date(), traceId: traceIdIn(work.cause) };
  const before = new Map(changes.map((change) => [change.before.id, change.before]));
  const updates = changes.map(({ before: { id }, reorderPoint }) => ({ id, reorderPoint }));
  const changed = await updateReorderPoints(work.tx, updates, edit);
  return changed.map(({ ingredient, ...item }) => {
    const former = before.get(item.id) ?? item;
    if (isLow(item) && !isLow(former)) work.emit(lowStockEvent(item, ingredient.name));
    publishLevels(work, [item]);
    recordChange(work, caller, {
      ...{ action, entity: { type: 'StockItem', id: item.id }, tenant: item },
      ...{ before: { reorderPoint: former.reorderPoint }, after: { reorderPoint: item.reorderPoint } },
    });
    return item;
  });
}
