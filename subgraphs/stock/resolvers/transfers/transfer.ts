/** `Transfer` and its batches. */
import type { TransferResolvers } from '../../../../schema/types/stock.js';
import { isOnTheWay } from '../../domain/transfers/transfer-state.js';
import { found } from '../found.js';

export const Transfer: TransferResolvers = {
  ingredient: ({ ingredientId }, _, { loaders }) =>
    found(loaders.ingredient.load(ingredientId), 'Ingredient'),
  fromOutlet: ({ outletId }) => ({ id: outletId }),
  toOutlet: ({ toOutletId }) => ({ id: toOutletId }),
  fromStockItem: ({ stockItemId }, _, { loaders }) => loaders.item.load(stockItemId),
  toStockItem: ({ toOutletId, ingredientId }, _, { loaders }) =>
    loaders.itemByKey.load({ outletId: toOutletId, ingredientId }),
  isOnTheWay: ({ status }) => isOnTheWay(status),
  difference: ({ received, quantity }) => (received === null ? null : received - quantity),
  sentBy: ({ sentBy }) => ({ id: sentBy }),
  endedBy: ({ endedBy }) => (endedBy === null ? null : { id: endedBy }),
};
