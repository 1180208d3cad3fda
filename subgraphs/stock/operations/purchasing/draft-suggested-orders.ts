/**
 * Makes drafts of what is suggested for an outlet, one for each supplier, once per idempotency key. Who drafts at the same time with another key
 * makes drafts of the rest: what has been ordered since the suggestions were read is left out.
 */
import { z } from 'zod';
import { UserFault } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../../platform/kit/idempotency.js';
import { parseInput } from '../../../../platform/kit/input.js';
import { add, multiply } from '../../../../platform/money.js';
import type { DraftSuggestedOrdersInput } from '../../../../schema/types/stock.js';
import type { Context } from '../../context.js';
import type { PurchaseOrder } from '../../domain/purchasing/records.js';
import {
  findItemsOrderedSince,
  findNewestNumber,
  findOrdersOfBatch,
  insertPurchaseOrder,
  lockSuggestedOrders,
} from '../../store/purchasing/purchase-orders.js';
import { requireOutlet } from '../require-outlet.js';
import { type PurchaseSuggestion, suggestionsOf } from './suggest-purchases.js';

/** As many as `createPurchaseOrder` takes; what is beyond them is suggested again. */
const MAXIMUM_LINES = 100;

const inputSchema = z.object({
  outletId: z.string(),
  supplierIds: z.array(z.string()).max(100, 'At most 100 entries').nullable().default(null),
});

/** @throws UserFault INVALID_STATE where nothing is suggested. */
export async function draftSuggestedOrders(
  context: Context,
  { idempotencyKey, ...input }: DraftSuggestedOrdersInput,
): Promise<PurchaseOrder[]> {
  const { database, identity, cause } = context;
  const asked = parseInput(inputSchema, input);
  const { outletId, supplierIds } = asked;
  const madeBy = callerOf(identity);
  const request = idempotentRequest('draftSuggestedOrders', madeBy, idempotencyKey, asked);
  const scope = scopeFor(identity, 'purchasing:write');
  const outlet = await requireOutlet(database, scope, outletId);
  // Before the transaction: no lock is held meanwhile.
  const newest = await findNewestNumber(database, outletId);
  const suggestions = await suggestionsOf(context, scope, outlet);
  const { franchiseId } = outlet;
  return database.work(cause, async (work) => {
    const batchId = newId('PurchaseOrder');
    const id = await writeOnce(work.tx, request, batchId, async () => {
      await lockSuggestedOrders(work.tx, outletId);
      const ordered = await findItemsOrderedSince(work.tx, outletId, newest);
      const groups = bySupplier(
        suggestions.filter(({ item }) => !ordered.has(item.id)),
        supplierIds,
      );
      if (groups.length === 0) {
        throw UserFault.of('INVALID_STATE', 'There is nothing to order', ['outletId']);
      }
      const after = [];
      for (const [place, { supplierId, lines }] of groups.entries()) {
        const id = place === 0 ? batchId : newId('PurchaseOrder');
        const total = add(...lines.map(({ packs, packPrice }) => multiply(packPrice, packs)));
        const order = { franchiseId, outletId, supplierId, total, note: null };
        const number = await insertPurchaseOrder(work.tx, { ...order, id, batchId, madeBy, lines });
        after.push({ id, number, supplierId, total, lines });
      }
      recordChange(work, context, {
        ...{ action: 'draftSuggestedOrders', entity: { type: 'PurchaseOrder', id: batchId } },
        ...{ tenant: { franchiseId, outletId }, before: null, after: { orders: after } },
      });
    });
    return findOrdersOfBatch(work.tx, id);
  });
}

function bySupplier(suggestions: readonly PurchaseSuggestion[], supplierIds: readonly string[] | null) {
  const groups = new Map<string, PurchaseSuggestion[]>();
  for (const suggestion of suggestions) {
    const { id } = suggestion.offer.supplier;
    if (supplierIds !== null && !supplierIds.includes(id)) continue;
    groups.set(id, [...(groups.get(id) ?? []), suggestion]);
  }
  return [...groups].map(([supplierId, ofSupplier]) => ({
    supplierId,
    lines: ofSupplier.slice(0, MAXIMUM_LINES).map(({ item, offer, reckoning }) => ({
      stockItemId: item.id,
      packSize: offer.packSize,
      packPrice: offer.packPrice,
      packs: reckoning.packs,
    })),
  }));
}
