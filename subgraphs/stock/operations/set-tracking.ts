/** Has an item's level said by its shelves from now on, or by counts: what is drawn of it, which no scale will show, is consumed then. */
import { notFound } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { SetTrackingInput } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import type { StockItem } from '../domain/records.js';
import { publishLevels } from '../published.js';
import type { Work } from '../store/database.js';
import { updateDrawsConsumed } from '../store/reservations.js';
import { lockShelvesOfItems, updateSharesTaken } from '../store/shelves.js';
import { findItem, findItemsForUpdate, updateItem } from '../store/stock-items.js';
import { recordMovements, traceIdIn } from './record-movements.js';
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
    if (tracking === 'COUNT') await consumeDraws(work, before);
    const present = await findItem(work.tx, id);
    publishLevels(work, [await updateItem(work.tx, present, { tracking }, edit)]);
    await updateSharesTaken(work.tx, id);
    await relevelItems(work, caller, [id], null);
    recordChange(work, caller, {
      ...{ action: 'setTracking', entity: { type: 'StockItem', id }, tenant: before },
      ...{ before: { tracking: before.tracking }, after: { tracking } },
    });
    return findItem(work.tx, id);
  });
}

async function consumeDraws(work: Work, { id, franchiseId, outletId, onHand }: StockItem): Promise<void> {
  const draws = await updateDrawsConsumed(work.tx, id, onHand);
  const movements = draws.flatMap(({ orderId, drawn, taken }) => {
    const movement = { stockItemId: id, franchiseId, outletId, kind: 'CONSUMPTION', orderId } as const;
    const paid = { ...movement, figure: 'DRAWN', delta: -drawn } as const;
    return taken === 0 ? [paid] : [paid, { ...movement, figure: 'ON_HAND', delta: -taken } as const];
  });
  if (movements.length > 0) await recordMovements(work, movements);
}
