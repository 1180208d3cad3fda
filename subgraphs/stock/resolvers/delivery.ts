/** `Delivery` and its lines. */
import type { DeliveryLineResolvers, DeliveryResolvers } from '../../../schema/types/stock.js';
import { found } from './found.js';

export const Delivery: DeliveryResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.deliveries.load(id),
  outlet: ({ outletId }) => ({ id: outletId }),
};

export const DeliveryLine: DeliveryLineResolvers = {
  stockItem: ({ stockItemId }, _, { loaders }) => found(loaders.items.load(stockItemId), 'Stock item'),
};
