/** `PurchaseOrder` and its lines. */
import { multiply, rupiah } from '../../../../platform/money.js';
import type { PurchaseOrderLineResolvers, PurchaseOrderResolvers } from '../../../../schema/types/stock.js';
import { orderedQuantity } from '../../domain/purchasing/records.js';
import { purchaseOrderDocument } from '../../operations/purchasing/purchase-order-document.js';
import { found } from '../found.js';

export const PurchaseOrder: PurchaseOrderResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.purchaseOrder.load(id),
  outlet: ({ outletId }) => ({ id: outletId }),
  supplier: ({ supplierId }, _, { loaders }) => found(loaders.supplier.load(supplierId), 'Supplier'),
  lines: ({ id }, _, { loaders }) => loaders.linesOfPurchaseOrder.load(id),
  total: ({ total }) => rupiah(total),
  madeBy: ({ madeBy }) => ({ id: madeBy }),
  approvedBy: ({ approvedBy }) => (approvedBy === null ? null : { id: approvedBy }),
  deliveries: ({ id }, _, { loaders }) => loaders.deliveriesOfPurchaseOrder.load(id),
  html: (order, { language }, context) =>
    purchaseOrderDocument(context, order, language ?? (context.language === 'en' ? 'EN' : 'ID')),
};

export const PurchaseOrderLine: PurchaseOrderLineResolvers = {
  stockItem: ({ stockItemId }, _, { loaders }) => found(loaders.item.load(stockItemId), 'Stock item'),
  packPrice: ({ packPrice }) => rupiah(packPrice),
  quantity: (line) => orderedQuantity(line),
  amount: ({ packs, packPrice }) => rupiah(multiply(packPrice, packs)),
  difference: (line) => line.received - orderedQuantity(line),
};
