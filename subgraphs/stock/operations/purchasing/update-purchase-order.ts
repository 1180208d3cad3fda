/**
 * Changes an order to a supplier as long as it is a draft. Its lines take the supplier's present packs and prices where they or the supplier are
 * given; a draft that changes its supplier alone asks for the same quantities.
 */
import { z } from 'zod';
import { notFound } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import { scopeFor } from '../../../../platform/identity/identity.js';
import { parseInput, text } from '../../../../platform/kit/input.js';
import type { UpdatePurchaseOrderInput } from '../../../../schema/types/stock.js';
import type { Context } from '../../context.js';
import {
  orderedQuantity,
  type PurchaseOrder,
  type PurchaseOrderLine,
} from '../../domain/purchasing/records.js';
import {
  findLines,
  findPurchaseOrder,
  findPurchaseOrderForUpdate,
  updateDraft,
} from '../../store/purchasing/purchase-orders.js';
import { findSupplier } from '../../store/purchasing/suppliers.js';
import { requireActive, wrongStatus } from './change-purchase-order.js';
import { requireSupplierOf } from './create-purchase-order.js';
import { linesInput, pricedLines, totalOf } from './order-lines.js';

const inputSchema = z.object({
  id: z.string(),
  supplierId: z.string().nullish(),
  lines: linesInput.nullish(),
  note: text(500).nullish(),
});

/** @throws UserFault INVALID_STATE for an order that is no draft. */
export async function updatePurchaseOrder(
  { database, identity, origin, cause, loaders }: Context,
  input: UpdatePurchaseOrderInput,
): Promise<PurchaseOrder> {
  const asked = parseInput(inputSchema, input);
  const scope = scopeFor(identity, 'purchasing:write');
  const given = asked.supplierId == null ? undefined : await loaders.supplier.load(asked.supplierId);
  return database.work(cause, async (work) => {
    const order = await findPurchaseOrderForUpdate(work.tx, scope, asked.id);
    if (order === null) throw notFound('Purchase order');
    if (given !== undefined) requireSupplierOf(order.franchiseId, given);
    if (order.status !== 'DRAFT') throw wrongStatus(order.status, ['id']);
    const before = await findLines(work.tx, order.id);
    const supplier = given ?? (await findSupplier(work.tx, order.supplierId));
    const isRepriced = supplier.id !== order.supplierId || asked.lines != null;
    if (isRepriced) requireActive(supplier, ['supplierId']);
    const wanted = asked.lines ?? before.map((line) => ({ ...line, quantity: orderedQuantity(line) }));
    const lines = isRepriced
      ? await pricedLines(work.tx, supplier, { outletId: order.outletId, lines: wanted })
      : before.map(partsOf);
    const changed = {
      ...{ supplierId: supplier.id, total: totalOf(lines), lines },
      note: asked.note === undefined ? order.note : asked.note,
    };
    await updateDraft(work.tx, order, changed);
    recordChange(
      work,
      { identity, origin },
      {
        ...{ action: 'updatePurchaseOrder', entity: { type: 'PurchaseOrder', id: order.id }, tenant: order },
        before: {
          ...{ supplierId: order.supplierId, total: order.total, note: order.note },
          lines: before.map(partsOf),
        },
        after: changed,
      },
    );
    return findPurchaseOrder(work.tx, order.id);
  });
}

function partsOf({ stockItemId, packSize, packPrice, packs }: PurchaseOrderLine) {
  return { stockItemId, packSize, packPrice, packs };
}
