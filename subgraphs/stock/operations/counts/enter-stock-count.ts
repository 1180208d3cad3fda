/**
 * Writes what people have counted into an open count, each with the level of that moment, once per idempotency key: a retry is not compared with
 * the level again. Several may enter at once, and a figure that is entered again replaces the former one. No level moves before the count is
 * confirmed.
 */
import { z } from 'zod';
import { notFound, UserFault } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../../platform/identity/identity.js';
import { isId } from '../../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../../platform/kit/idempotency.js';
import { parseInput, quantity } from '../../../../platform/kit/input.js';
import type { EnterStockCountInput } from '../../../../schema/types/stock.js';
import type { Context } from '../../context.js';
import type { StockCount } from '../../domain/counts/records.js';
import { findStockCountForUpdate, updateCounted } from '../../store/counts/stock-counts.js';
import { MAXIMUM_QUANTITY } from '../limits.js';

const inputSchema = z.object({
  countId: z.string(),
  entries: z
    .array(z.object({ stockItemId: z.string(), countedOnHand: quantity(0, MAXIMUM_QUANTITY) }))
    .min(1, 'Must not be empty')
    .max(100, 'At most 100 entries'),
});

export async function enterStockCount(
  context: Context,
  { idempotencyKey, ...input }: EnterStockCountInput,
): Promise<StockCount> {
  const { database, identity, cause } = context;
  const given = parseInput(inputSchema, input);
  const { countId, entries } = given;
  const countedBy = callerOf(identity);
  const request = idempotentRequest('enterStockCount', countedBy, idempotencyKey, given);
  const scope = scopeFor(identity, 'stock:waste');
  return database.work(cause, async (work) => {
    const count = await findStockCountForUpdate(work.tx, scope, countId, { isShared: true });
    if (count === null) throw notFound('Stock count');
    await writeOnce(work.tx, request, count.id, async () => {
      if (count.status !== 'OPEN') throw wrongStatus(count, ['countId']);
      const counted = entries
        .map(({ stockItemId, countedOnHand }) => ({ stockItemId, counted: countedOnHand }))
        .filter(({ stockItemId }) => isId(stockItemId));
      const written = new Set(await updateCounted(work.tx, countId, counted, countedBy));
      for (const [index, { stockItemId }] of entries.entries()) {
        if (written.has(stockItemId)) continue;
        throw UserFault.of('NOT_FOUND', 'Stock item not found', ['entries', String(index), 'stockItemId']);
      }
      if (written.size < entries.length) {
        throw UserFault.of('INVALID_INPUT', 'Each item once', ['entries']);
      }
      recordChange(work, context, {
        ...{ action: 'enterStockCount', entity: { type: 'StockCount', id: countId }, tenant: count },
        ...{ before: { entries: null }, after: { entries: entries.map((entry) => ({ ...entry })) } },
      });
    });
    return count;
  });
}

export function wrongStatus({ status }: StockCount, field: string[]): UserFault {
  return UserFault.of('INVALID_STATE', `The count is ${status}`, field);
}
