/**
 * Makes an order to a supplier as a draft, once per idempotency key. Its lines take the supplier's packs and prices of now, and quantities are
 * rounded up to whole packs.
 */
import { z } from 'zod';
import { notFound, UserFault } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../../platform/kit/idempotency.js';
import { parseInput, quantity, text } from '../../../../platform/kit/input.js';
import { add, multiply } from '../../../../platform/money.js';
import type { CreatePurchaseOrderInput } from '../../../../schema/types/stock.js';
import type { Context } from '../../context.js';
import type { PurchaseOrder, PurchaseOrderLine, Supplier } from '../../domain/purchasing/records.js';
import type { Transaction } from '../../store/database.js';
import { findPurchaseOrder, insertPurchaseOrder } from '../../store/purchasing/purchase-orders.js';
import { findPrices } from '../../store/purchasing/suppliers.js';
import { findKeptItems } from '../../store/stock-items.js';
import { MAXIMUM_QUANTITY } from '../limits.js';
import { requireOutlet } from '../require-outlet.js';
import { requireActive } from './change-purchase-order.js';

const MAXIMUM_TOTAL = 1_000_000_000_000;

const inputSchema = z.object({
  outletId: z.string(),
  supplierId: z.string(),
  note: text(500)
    .nullish()
    .transform((given) => given ?? null),
  lines: z
    .array(z.object({ stockItemId: z.string(), quantity: quantity(1, MAXIMUM_QUANTITY) }))
    .min(1, 'Must not be empty')
    .max(100, 'At most 100 entries'),
});

type Input = z.output<typeof inputSchema>;
type NewLine = Pick<PurchaseOrderLine, 'stockItemId' | 'packSize' | 'packPrice' | 'packs'>;

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
  if (supplier === null || (supplier.franchiseId !== null && supplier.franchiseId !== franchiseId))
    throw notFound('Supplier');
  return database.work(cause, async (work) => {
    const newOrderId = newId('PurchaseOrder');
    const id = await writeOnce(work.tx, request, newOrderId, async () => {
      requireActive(supplier, ['supplierId']);
      const lines = await pricedLines(work.tx, supplier, asked);
      const total = add(...lines.map(({ packs, packPrice }) => multiply(packPrice, packs)));
      if (total > MAXIMUM_TOTAL) {
        throw UserFault.of('INVALID_QUANTITY', 'More than an order may come to', ['lines']);
      }
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

/** @throws UserFault naming a line that is no item of the outlet, is not sold by the supplier, or is of an item for the second time. */
async function pricedLines(
  tx: Transaction,
  supplier: Supplier,
  { outletId, lines }: Input,
): Promise<NewLine[]> {
  const ids = lines.map(({ stockItemId }) => stockItemId);
  const items = new Map((await findKeptItems(tx, outletId, ids)).map((item) => [item.id, item]));
  const ingredientIds = [...items.values()].map(({ ingredientId }) => ingredientId);
  const prices = new Map(
    (await findPrices(tx, supplier.id, ingredientIds)).map((price) => [price.ingredientId, price]),
  );
  return lines.map(({ stockItemId, quantity }, index) => {
    const field = (name: string) => ['lines', String(index), name];
    const item = items.get(stockItemId);
    if (item === undefined) throw UserFault.of('NOT_FOUND', 'Stock item not found', field('stockItemId'));
    if (ids.indexOf(stockItemId) < index)
      throw UserFault.of('INVALID_INPUT', 'Each item once', field('stockItemId'));
    const price = prices.get(item.ingredientId);
    if (price === undefined) {
      throw UserFault.of('NOT_FOUND', 'The supplier does not sell it', field('stockItemId'));
    }
    const { packSize, price: packPrice, minimumPacks } = price;
    const packs = Math.ceil(quantity / packSize);
    if (packs < minimumPacks) {
      const least = minimumPacks * packSize;
      throw UserFault.of('INVALID_QUANTITY', `The supplier sells at least ${least} of it`, field('quantity'));
    }
    if (packs * packSize > MAXIMUM_QUANTITY) {
      throw UserFault.of('INVALID_QUANTITY', 'More than an item can hold', field('quantity'));
    }
    // Before it is multiplied: a product beyond 2^53 is none.
    if (packs * packPrice > MAXIMUM_TOTAL) {
      throw UserFault.of('INVALID_QUANTITY', 'More than an order may come to', field('quantity'));
    }
    return { stockItemId, packSize, packPrice, packs };
  });
}
