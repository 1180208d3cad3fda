/**
 * Ends a count. Confirming moves the ledger by each difference as it was when the item was counted, so that what came and went meanwhile is not
 * counted twice; of weighed items differences are recorded, and the scale decides. Abandoning moves nothing. A step that was taken already changes
 * nothing.
 */
import { notFound } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import { callerOf, type Scope, scopeFor } from '../../../../platform/identity/identity.js';
import type { Context } from '../../context.js';
import { adjustmentOf, type StockCount } from '../../domain/counts/records.js';
import { type StockCountStep, statusAfter } from '../../domain/counts/stock-count-state.js';
import {
  findCountedLines,
  findStockCount,
  findStockCountForUpdate,
  sumRestated,
  updateAdjusted,
  updateEnded,
} from '../../store/counts/stock-counts.js';
import type { Work } from '../../store/database.js';
import { findItemsForUpdate } from '../../store/stock-items.js';
import { recordMovements } from '../record-movements.js';
import { wrongStatus } from './enter-stock-count.js';

/** What was not counted stays as it is. */
export function confirmStockCount(context: Context, id: string): Promise<StockCount> {
  return endStockCount(context, id, 'confirm', async (work, count, scope) => {
    const adjusted = await adjust(work, count, scope, callerOf(context.identity));
    return { adjusted: Object.fromEntries([...adjusted].filter(([, delta]) => delta !== 0)) };
  });
}

export function abandonStockCount(context: Context, id: string): Promise<StockCount> {
  return endStockCount(context, id, 'abandon', async () => ({}));
}

const ACTIONS = { confirm: 'confirmStockCount', abandon: 'abandonStockCount' } as const;

async function endStockCount(
  context: Context,
  id: string,
  step: StockCountStep,
  write: (work: Work, count: StockCount, scope: Scope) => Promise<object>,
): Promise<StockCount> {
  const { database, identity, cause } = context;
  const endedBy = callerOf(identity);
  const scope = scopeFor(identity, 'stock:manage');
  return database.work(cause, async (work) => {
    const count = await findStockCountForUpdate(work.tx, scope, id);
    if (count === null) throw notFound('Stock count');
    const status = statusAfter(count.status, step);
    if (status === null) throw wrongStatus(count, ['id']);
    if (status === count.status) return count;
    await updateEnded(work.tx, id, { status, endedBy, endedAt: new Date() });
    const recorded = await write(work, count, scope);
    recordChange(work, context, {
      ...{ action: ACTIONS[step], entity: { type: 'StockCount', id }, tenant: count },
      ...{ before: { status: count.status }, after: { status, ...recorded } },
    });
    return findStockCount(work.tx, id);
  });
}

/** @returns by how much each item was moved that was counted and is stocked still. */
async function adjust(
  work: Work,
  { id, note }: StockCount,
  scope: Scope,
  personId: string,
): Promise<ReadonlyMap<string, number>> {
  const lines = new Map((await findCountedLines(work.tx, id)).map((line) => [line.stockItemId, line]));
  if (lines.size === 0) return new Map();
  const items = await findItemsForUpdate(work.tx, scope, [...lines.keys()]);
  const restated = await sumRestated(work.tx, id);
  const adjusted = new Map<string, number>();
  for (const item of items) {
    const line = lines.get(item.id);
    if (line !== undefined) adjusted.set(item.id, adjustmentOf(line, item, restated.get(item.id) ?? 0));
  }
  if (items.length === 0) return adjusted;
  await recordMovements(
    work,
    items.map(({ id: stockItemId, franchiseId, outletId }) => ({
      ...{ stockItemId, franchiseId, outletId, figure: 'ON_HAND', kind: 'COUNT', personId },
      ...{ delta: adjusted.get(stockItemId) ?? 0, ...(note !== null && { reason: note }) },
    })),
  );
  await updateAdjusted(work.tx, id, adjusted);
  return adjusted;
}
