/** Lines of an order to a supplier as they are asked for, and as they are ordered: in whole packs, at the supplier's present prices. */
import { z } from 'zod';
import { UserFault } from '../../../../platform/errors.js';
import { quantity } from '../../../../platform/kit/input.js';
import { add, multiply } from '../../../../platform/money.js';
import type { PurchaseOrderLine, Supplier } from '../../domain/purchasing/records.js';
import type { Transaction } from '../../store/database.js';
import { findPrices } from '../../store/purchasing/suppliers.js';
import { findKeptItems } from '../../store/stock-items.js';
import { MAXIMUM_QUANTITY } from '../limits.js';

const MAXIMUM_TOTAL = 1_000_000_000_000;

export const linesInput = z
  .array(z.object({ stockItemId: z.string(), quantity: quantity(1, MAXIMUM_QUANTITY) }))
  .min(1, 'Must not be empty')
  .max(100, 'At most 100 entries');

type AskedLine = z.output<typeof linesInput>[number];
type NewLine = Pick<PurchaseOrderLine, 'stockItemId' | 'packSize' | 'packPrice' | 'packs'>;

/** @throws UserFault INVALID_QUANTITY for more than an order may come to. */
export function totalOf(lines: readonly NewLine[]): number {
  const total = add(...lines.map(({ packs, packPrice }) => multiply(packPrice, packs)));
  if (total > MAXIMUM_TOTAL) {
    throw UserFault.of('INVALID_QUANTITY', 'More than an order may come to', ['lines']);
  }
  return total;
}

/** @throws UserFault naming a line that is no item of the outlet, is not sold by the supplier, or is of an item for the second time. */
export async function pricedLines(
  tx: Transaction,
  supplier: Supplier,
  { outletId, lines }: { readonly outletId: string; readonly lines: readonly AskedLine[] },
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
