/**
 * Sends goods of an item to another outlet, once per idempotency key. A counted item has so much less at once; of a weighed item it is recorded,
 * and the scale decides. Until they arrive or come back, the goods are on the way, and on neither ledger.
 */
import { z } from 'zod';
import { notFound, UserFault } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../../platform/identity/identity.js';
import { isId, newId } from '../../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../../platform/kit/idempotency.js';
import { parseInput, quantity, text } from '../../../../platform/kit/input.js';
import { covers } from '../../../../platform/kit/tenant-scope.js';
import { findYoung } from '../../../../platform/kit/young-id.js';
import type { TransferStockInput } from '../../../../schema/types/stock.js';
import type { Context } from '../../context.js';
import type { Outlet, StockItem } from '../../domain/records.js';
import { travelling } from '../../domain/transfers/batches.js';
import type { Transfer } from '../../domain/transfers/records.js';
import { findBatchesLeft } from '../../store/batches.js';
import { findOutletsByIds } from '../../store/outlets.js';
import { findAvailable, findItemsForUpdate } from '../../store/stock-items.js';
import { findTransfer, insertTransfer } from '../../store/transfers/transfers.js';
import { MAXIMUM_QUANTITY } from '../limits.js';
import { recordMovements } from '../record-movements.js';

const inputSchema = z.object({
  fromStockItemId: z.string(),
  toOutletId: z.string(),
  quantity: quantity(1, MAXIMUM_QUANTITY),
  note: text(500).nullable().default(null),
});

export async function transferStock(context: Context, input: TransferStockInput): Promise<Transfer> {
  const { database, identity, cause, loaders } = context;
  const given = parseInput(inputSchema, input);
  const { fromStockItemId, note } = given;
  const personId = callerOf(identity);
  const request = idempotentRequest('transferStock', personId, input.idempotencyKey, given);
  const { item: from, to } = await requireSides(context, given);
  const scope = scopeFor(identity, 'stock:manage');
  const transfer = await database.work(cause, async (work) => {
    const transferId = newId();
    const id = await writeOnce(work.tx, request, transferId, async () => {
      await requireItemThere(context, from, to);
      const [item] = await findItemsForUpdate(work.tx, scope, [fromStockItemId]);
      if (item === undefined) throw notFound('Stock item');
      const { franchiseId, outletId, ingredientId, available, tracking } = item;
      // What is promised to orders stays; of a weighed item part may be elsewhere than on its scale.
      if (tracking === 'COUNT' && given.quantity > available) {
        throw UserFault.of('INVALID_QUANTITY', 'More than is available', ['quantity']);
      }
      const delta = tracking === 'COUNT' ? -given.quantity : 0;
      const left = await findBatchesLeft(work.tx, fromStockItemId);
      await insertTransfer(work.tx, {
        ...{ id: transferId, franchiseId, outletId, stockItemId: fromStockItemId, ingredientId },
        ...{ toFranchiseId: to.franchiseId, toOutletId: to.id, quantity: given.quantity },
        ...{ batches: travelling(left, given.quantity), note, sentBy: personId },
      });
      await recordMovements(work, [
        {
          ...{ stockItemId: fromStockItemId, franchiseId, outletId, figure: 'ON_HAND', delta },
          ...{ kind: 'TRANSFER_OUT', personId, ...(note !== null && { reason: note }) },
        },
      ]);
      recordChange(work, context, {
        ...{ action: 'transferStock', entity: { type: 'Transfer', id: transferId }, tenant: item },
        before: null,
        after: {
          ...{ status: 'SENT', stockItemId: fromStockItemId, toOutletId: to.id },
          ...{ quantity: given.quantity, note },
        },
      });
    });
    return findTransfer(work.tx, id);
  });
  // Read before it changed.
  loaders.item.clear(fromStockItemId);
  return transfer;
}

/**
 * Reads outside of any transaction, as an outlet created moments ago is waited for.
 * @throws NOT_FOUND for an item where the caller may not manage stock; UserFault NOT_FOUND for an outlet that goods cannot go to from there.
 */
async function requireSides(
  { database, identity, loaders }: Context,
  { fromStockItemId, toOutletId }: z.output<typeof inputSchema>,
): Promise<{ readonly item: StockItem; readonly to: Outlet }> {
  const scope = scopeFor(identity, 'stock:manage');
  const item = isId(fromStockItemId) ? await loaders.item.load(fromStockItemId) : null;
  if (item === null || !covers(scope, item)) throw notFound('Stock item');
  const to = isId(toOutletId)
    ? await findYoung(toOutletId, async () => (await findOutletsByIds(database, [toOutletId]))[0])
    : null;
  if (to === null || (to.franchiseId !== item.franchiseId && !scope.everywhere)) {
    throw UserFault.of('NOT_FOUND', 'Outlet not found', ['toOutletId']);
  }
  if (to.id === item.outletId) {
    throw UserFault.of('INVALID_INPUT', 'The goods are at this outlet already', ['toOutletId']);
  }
  return { item, to };
}

/** The sender may not see what the other outlet has; that it stocks an ingredient, its menu shows to everybody. */
async function requireItemThere(
  { ownDatabase }: Context,
  { ingredientId }: StockItem,
  { id: outletId }: Outlet,
): Promise<void> {
  if ((await findAvailable(ownDatabase, [{ outletId, ingredientId }])).length > 0) return;
  throw UserFault.of('INVALID_STATE', 'The outlet does not stock this ingredient', ['toOutletId']);
}
