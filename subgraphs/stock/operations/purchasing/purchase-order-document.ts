/** An order to a supplier as a document. */
import { notFound } from '../../../../platform/errors.js';
import type { Context } from '../../context.js';
import { type DocumentLanguage, purchaseOrderHtml } from '../../domain/purchasing/purchase-order-html.js';
import type { PurchaseOrder } from '../../domain/purchasing/records.js';
import { findReferences } from '../../store/purchasing/suppliers.js';

/** @param order that the caller may see. */
export async function purchaseOrderDocument(
  { database, loaders }: Context,
  order: PurchaseOrder,
  language: DocumentLanguage,
): Promise<string> {
  const [supplier, outlet, ordered] = await Promise.all([
    loaders.supplier.load(order.supplierId),
    loaders.outlet.load(order.outletId),
    loaders.linesOfPurchaseOrder.load(order.id),
  ]);
  if (supplier === null) throw notFound('Supplier');
  if (outlet === null) throw notFound('Outlet');
  const described = await Promise.all(
    ordered.map(async (line) => {
      const item = await loaders.item.load(line.stockItemId);
      if (item === null) throw notFound('Stock item');
      const ingredient = await loaders.ingredient.load(item.ingredientId);
      if (ingredient === null) throw notFound('Ingredient');
      return { line, ingredient };
    }),
  );
  const ingredientIds = described.map(({ ingredient }) => ingredient.id);
  const references = await findReferences(database, supplier.id, ingredientIds);
  const lines = described.map(({ line, ingredient: { id, name, unit } }) => ({
    ...line,
    ...{ ingredientName: name, unit, reference: references.get(id) ?? null },
  }));
  return purchaseOrderHtml({ order, supplier, outlet, lines }, language);
}
