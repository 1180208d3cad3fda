/**
 * Records what was thrown away, once per idempotency key. It is taken off a counted item; for a weighed item it is recorded, and the scale
 * decides.
 */
import { z } from 'zod';
import { notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../platform/kit/idempotency.js';
import { parseInput, quantity, text } from '../../../platform/kit/input.js';
import type { RecordWasteInput } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import type { StockItem, Waste } from '../domain/records.js';
import { movementIdOfWaste } from '../domain/waste-ids.js';
import { findItem, findItemsForUpdate } from '../store/stock-items.js';
import { findWaste, insertWaste } from '../store/waste.js';
import { MAXIMUM_QUANTITY } from './limits.js';
import { recordMovements } from './record-movements.js';

const inputSchema = z.object({
  stockItemId: z.string(),
  quantity: quantity(1, MAXIMUM_QUANTITY),
  reason: text(500),
});

export async function recordWaste(
  { database, identity, origin, cause }: Context,
  input: RecordWasteInput,
): Promise<{ readonly stockItem: StockItem; readonly waste: Waste }> {
  const given = parseInput(inputSchema, input);
  const { stockItemId, reason } = given;
  const personId = callerOf(identity);
  const request = idempotentRequest('recordWaste', personId, input.idempotencyKey, given);
  if (!isId(stockItemId)) throw notFound('Stock item');
  const scope = scopeFor(identity, 'stock:waste');
  return database.work(cause, async (work) => {
    const wasteId = newId('Waste');
    const id = await writeOnce(work.tx, request, wasteId, async () => {
      const [item] = await findItemsForUpdate(work.tx, scope, [stockItemId]);
      if (item === undefined) throw notFound('Stock item');
      const { franchiseId, outletId, onHand, tracking } = item;
      if (tracking === 'COUNT' && given.quantity > onHand) {
        throw UserFault.of('INVALID_QUANTITY', 'More than there is', ['quantity']);
      }
      const delta = tracking === 'COUNT' ? -given.quantity : 0;
      const place = { franchiseId, outletId };
      await insertWaste(work.tx, { id: wasteId, ...place, ...given, madeBy: personId });
      await recordMovements(work, [
        {
          ...{ id: movementIdOfWaste(wasteId), stockItemId, ...place },
          ...{ figure: 'ON_HAND', delta, kind: 'WASTE', personId, reason },
        },
      ]);
      recordChange(
        work,
        { identity, origin },
        {
          ...{ action: 'recordWaste', entity: { type: 'StockItem', id: stockItemId }, tenant: item },
          before: { onHand },
          after: { onHand: onHand + delta, wasted: given.quantity, reason },
        },
      );
    });
    return { stockItem: await findItem(work.tx, stockItemId), waste: await findWaste(work.tx, id) };
  });
}
