/**
 * Makes an order to a supplier as a draft, once per idempotency key. Its lines take the supplier's packs and prices of now, and quantities are
 * rounded up to whole packs.
 */
import { z } from 'zod';
import { notFound } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../../platform/kit/idempotency.js';
import { parseInput, text } from '../../../../platform/kit/input.js';
import type { CreatePurchaseOrderInput } from '../../../../schema/types/stock.js';
import type { Context } from '../../context.js';
import type { PurchaseOrder, Supplier } from '../../domain/purchasing/records.js';
import { findPurchaseOrder, insertPurchaseOrder } from '../../store/purchasing/purchase-orders.js';
import { requireOutlet } from '../require-outlet.js';
import { requireActive } from './change-purchase-order.js';
import { linesInput, pricedLines, totalOf } from './order-lines.js';

const inputSchema = z.object({
  outletId: z.string(),
  supplierId: z.string(),
  note: text(500)
    .nullish()
    .transform((given) => given ?? null),
  lines: linesInput,
});

export async function createPurchaseOrder(
  { database, identity, origin, cause, loaders }: Context,
  input: CreatePurchaseOrderInput,
): Promise<PurchaseOrder> {
  const asked = parseInput(inputSchema, input);
  const { outletId, note } = asked;
  const madeBy = callerOf(identity);
  const request = idempotentRequest('createPurchaseOrder', madeBy, input.idempotencyKey, asked);
  const { franchiseId } = await requireOutlet(database, scopeFor(identity, 'purchasing:write'), outletId);
  const supplier = await loaders.supplier.load(asked.supplierId);
  requireSupplierOf(franchiseId, supplier);
  return database.work(cause, async (work) => {
    const newOrderId = newId('PurchaseOrder');
    const id = await writeOnce(work.tx, request, newOrderId, async () => {
      requireActive(supplier, ['supplierId']);
      const lines = await pricedLines(work.tx, supplier, asked);
      const total = totalOf(lines);
      const order = { franchiseId, outletId, supplierId: supplier.id, total, note };
      const number = await insertPurchaseOrder(work.tx, { id: newOrderId, ...order, madeBy, lines });
      recordChange(
        work,
        { identity, origin },
        {
          ...{ action: 'createPurchaseOrder', entity: { type: 'PurchaseOrder', id: newOrderId } },
          ...{ tenant: order, before: null },
          after: { number, supplierId: supplier.id, status: 'DRAFT', total, note, lines },
        },
      );
    });
    return findPurchaseOrder(work.tx, id);
  });
}

/** @throws NOT_FOUND for a supplier that outlets of the franchise cannot order from. */
export function requireSupplierOf(
  franchiseId: string,
  supplier: Supplier | null,
): asserts supplier is Supplier {
  if (supplier === null || (supplier.franchiseId !== null && supplier.franchiseId !== franchiseId))
    throw notFound('Supplier');
}
