/** Begins a count of an outlet's items, once per idempotency key, with what is expected of each. One count of an outlet is open at a time. */
import { z } from 'zod';
import { UserFault } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../../platform/kit/idempotency.js';
import { parseInput, text } from '../../../../platform/kit/input.js';
import { isUniqueViolation } from '../../../../platform/kit/unique-violation.js';
import type { StartStockCountInput } from '../../../../schema/types/stock.js';
import type { Context } from '../../context.js';
import type { StockCount } from '../../domain/counts/records.js';
import { findStockCount, insertLines, insertStockCount } from '../../store/counts/stock-counts.js';
import { requireOutlet } from '../require-outlet.js';

const inputSchema = z.object({
  outletId: z.string(),
  stockItemIds: z
    .array(z.string())
    .min(1, 'Must not be empty')
    .max(1_000, 'At most 1000 entries')
    .transform((ids) => [...new Set(ids)])
    .nullable()
    .default(null),
  note: text(500).nullable().default(null),
});

export async function startStockCount(context: Context, input: StartStockCountInput): Promise<StockCount> {
  const { database, identity, cause } = context;
  const given = parseInput(inputSchema, input);
  const { outletId, stockItemIds, note } = given;
  const startedBy = callerOf(identity);
  const request = idempotentRequest('startStockCount', startedBy, input.idempotencyKey, given);
  const { franchiseId } = await requireOutlet(database, scopeFor(identity, 'stock:manage'), outletId);
  return database.work(cause, async (work) => {
    const countId = newId();
    const id = await writeOnce(work.tx, request, countId, async () => {
      const count = { id: countId, franchiseId, outletId, note, startedBy };
      await insertStockCount(work.tx, count).catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
        throw UserFault.of('INVALID_STATE', 'A count of this outlet is open', ['outletId']);
      });
      const items = await insertLines(work.tx, count, stockItemIds);
      if (items < (stockItemIds?.length ?? 1)) {
        const message = stockItemIds === null ? 'The outlet stocks nothing' : 'Stock item not found';
        throw UserFault.of('NOT_FOUND', message, [stockItemIds === null ? 'outletId' : 'stockItemIds']);
      }
      recordChange(work, context, {
        ...{ action: 'startStockCount', entity: { type: 'StockCount', id: countId }, tenant: count },
        ...{ before: null, after: { status: 'OPEN', items, note } },
      });
    });
    return findStockCount(work.tx, id);
  });
}
