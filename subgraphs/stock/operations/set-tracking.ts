/** Has an item's level said by its shelves from now on, or by counts. */
import { notFound } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { SetTrackingInput } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import type { StockItem } from '../domain/records.js';
import { publishLevels } from '../published.js';
import { lockShelvesOfItems, updateSharesTaken } from '../store/shelves.js';
import { findItem, findItemsForUpdate, updateItem } from '../store/stock-items.js';
import { traceIdIn } from './record-movements.js';
import { relevelItems } from './relevel-items.js';

export async function setTracking(
  caller: Context,
  { stockItemId, tracking }: SetTrackingInput,
): Promise<StockItem> {
  const { database, identity, cause } = caller;
  if (!isId(stockItemId)) throw notFound('Stock item');
  const edit = { by: callerOf(identity), at: new Date(), traceId: traceIdIn(cause) };
  const scope = scopeFor(identity, 'stock:manage');
  return database.work(cause, async (work) => {
    await lockShelvesOfItems(work.tx, [stockItemId]);
    const [before] = await findItemsForUpdate(work.tx, scope, [stockItemId]);
    if (before === undefined) throw notFound('Stock item');
    if (before.tracking === tracking) return before;
    const { id } = before;
    publishLevels(work, [await updateItem(work.tx, before, { tracking }, edit)]);
    await updateSharesTaken(work.tx, id);
    await relevelItems(work, caller, [id], null);
    recordChange(work, caller, {
      ...{ action: 'setTracking', entity: { type: 'StockItem', id }, tenant: before },
      ...{ before: { tracking: before.tracking }, after: { tracking } },
    });
    return findItem(work.tx, id);
  });
}
