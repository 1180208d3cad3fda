/** `Delivery` and its lines. */
import type { DeliveryLineResolvers, DeliveryResolvers } from '../../../schema/types/stock.js';
import { found } from './found.js';

export const Delivery: DeliveryResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.delivery.load(id),
  outlet: ({ outletId }) => ({ id: outletId }),
  purchaseOrder: ({ purchaseOrderId }, _, { loaders }) =>
    purchaseOrderId === null ? null : loaders.purchaseOrder.load(purchaseOrderId),
  transfer: ({ transferId }, _, { loaders }) =>
    transferId === null ? null : loaders.transfer.load(transferId),
};

export const DeliveryLine: DeliveryLineResolvers = {
  stockItem: ({ stockItemId }, _, { loaders }) => found(loaders.item.load(stockItemId), 'Stock item'),
  difference: ({ quantity, outstanding }) => (outstanding === null ? null : quantity - outstanding),
};
