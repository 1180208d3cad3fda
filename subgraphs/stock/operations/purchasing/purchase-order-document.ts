/** An order to a supplier as a document. */
import { notFound } from '../../../../platform/errors.js';
import type { Context } from '../../context.js';
import { type DocumentLanguage, purchaseOrderHtml } from '../../domain/purchasing/purchase-order-html.js';
import type { PurchaseOrder } from '../../domain/purchasing/records.js';
import { findDocumentLines } from '../../store/purchasing/purchase-orders.js';

/** @param order that the caller may see. */
export async function purchaseOrderDocument(
  { database, loaders }: Context,
  order: PurchaseOrder,
  language: DocumentLanguage,
): Promise<string> {
  const [supplier, outlet, lines] = await Promise.all([
    loaders.supplier.load(order.supplierId),
    loaders.outlet.load(order.outletId),
    findDocumentLines(database.prisma, order),
  ]);
  if (supplier === null) throw notFound('Supplier');
  if (outlet === null) throw notFound('Outlet');
  return purchaseOrderHtml({ order, supplier, outlet, lines }, language);
}
