/**
 * Removes an item that has nothing on hand, reserved or drawn, with its shelves. Its row and its history stay: movements,
 * deliveries and readings refer to it.
 */
import { notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { Context } from '../context.js';
import type { StockItem } from '../domain/records.js';
import { publishLevels } from '../published.js';
import { lockShelvesOfItems, updateShelvesRemoved } from '../store/shelves.js';
import { findItemsForUpdate, updateItem } from '../store/stock-items.js';
import { hasOutgoing } from '../store/transfers/transfers.js';
import { traceIdIn } from './record-movements.js';

export async function removeStockItem(
  { database, identity, origin, cause, devices }: Context,
  stockItemId: string,
): Promise<StockItem> {
  if (!isId(stockItemId)) throw notFound('Stock item');
  const removedAt = new Date();
  const edit = { by: callerOf(identity), at: removedAt, traceId: traceIdIn(cause) };
  const scope = scopeFor(identity, 'stock:manage');
  const { item, shelfIds } = await database.work(cause, async (work) => {
    await lockShelvesOfItems(work.tx, [stockItemId]);
    const [before] = await findItemsForUpdate(work.tx, scope, [stockItemId]);
    if (before === undefined) throw notFound('Stock item');
    if (before.onHand > 0 || before.reserved > 0 || before.drawn > 0) {
      throw UserFault.of('IN_USE', 'Something of the item is on hand, reserved or drawn', ['stockItemId']);
    }
    if (await hasOutgoing(work.tx, stockItemId)) {
      throw UserFault.of('IN_USE', 'Something of the item is on its way to another outlet', ['stockItemId']);
    }
    const removed = await updateItem(work.tx, before, { removedAt }, edit);
    publishLevels(work, [removed]);
    const shelfIds = await updateShelvesRemoved(work.tx, stockItemId, removedAt);
    recordChange(
      work,
      { identity, origin },
      {
        ...{ action: 'removeStockItem', entity: { type: 'StockItem', id: stockItemId }, tenant: before },
        ...{ before: { removedAt: null, shelfIds }, after: { removedAt, shelfIds: [] } },
      },
    );
    return { item: removed, shelfIds };
  });
  await Promise.all(shelfIds.map((shelfId) => devices.dismiss(shelfId)));
  return item;
}
