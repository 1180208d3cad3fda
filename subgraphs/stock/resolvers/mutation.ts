/** Mutations: each runs its operation and answers with the payload. */
import { payloadOf } from '../../../platform/errors.js';
import type { MutationResolvers } from '../../../schema/types/stock.js';
import { adjustStock } from '../operations/adjust-stock.js';
import { createIngredient } from '../operations/create-ingredient.js';
import { createStockItem } from '../operations/create-stock-item.js';
import { receiveDelivery } from '../operations/receive-delivery.js';
import { registerShelf } from '../operations/register-shelf.js';
import { removeStockItem } from '../operations/remove-stock-item.js';
import { rotateDeviceToken } from '../operations/rotate-device-token.js';
import { updateStockItem } from '../operations/update-stock-item.js';

export const Mutation: MutationResolvers = {
  createIngredient: (_, { input }, context) =>
    payloadOf(async () => ({ ingredient: await createIngredient(context, input) })),

  createStockItem: (_, { input }, context) =>
    payloadOf(async () => ({ stockItem: await createStockItem(context, input) })),

  updateStockItem: (_, { input }, context) =>
    payloadOf(async () => ({ stockItem: await updateStockItem(context, input) })),

  removeStockItem: (_, { stockItemId }, context) =>
    payloadOf(async () => ({ stockItem: await removeStockItem(context, stockItemId) })),

  receiveDelivery: (_, { input }, context) =>
    payloadOf(async () => ({ delivery: await receiveDelivery(context, input) })),

  adjustStock: (_, { input }, context) =>
    payloadOf(async () => ({ stockItem: await adjustStock(context, input) })),

  registerShelf: (_, { input }, context) => payloadOf(() => registerShelf(context, input)),

  rotateDeviceToken: (_, { shelfId }, context) => payloadOf(() => rotateDeviceToken(context, shelfId)),
};
