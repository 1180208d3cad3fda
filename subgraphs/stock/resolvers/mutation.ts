/** `Mutation`. */
import { payloadOf } from '../../../platform/errors.js';
import type { MutationResolvers } from '../../../schema/types/stock.js';
import { adjustStock } from '../operations/adjust-stock.js';
import { resolveOrdersAtRisk } from '../operations/at-risk/resolve-orders-at-risk.js';
import { importStock } from '../operations/bulk/import-stock.js';
import { abandonStockCount, confirmStockCount } from '../operations/counts/end-stock-count.js';
import { enterStockCount } from '../operations/counts/enter-stock-count.js';
import { startStockCount } from '../operations/counts/start-stock-count.js';
import { createIngredient } from '../operations/create-ingredient.js';
import { createStockItem } from '../operations/create-stock-item.js';
import {
  approvePurchaseOrder,
  cancelPurchaseOrder,
  closePurchaseOrder,
  sendPurchaseOrder,
} from '../operations/purchasing/change-purchase-order.js';
import { createSupplier, updateSupplier } from '../operations/purchasing/change-supplier.js';
import { createPurchaseOrder } from '../operations/purchasing/create-purchase-order.js';
import { draftSuggestedOrders } from '../operations/purchasing/draft-suggested-orders.js';
import { updatePurchaseOrder } from '../operations/purchasing/update-purchase-order.js';
import { receiveDelivery } from '../operations/receive-delivery.js';
import { recordWaste } from '../operations/record-waste.js';
import { registerShelf } from '../operations/register-shelf.js';
import { removeStockItem } from '../operations/remove-stock-item.js';
import { replayDeadLetters } from '../operations/replay-dead-letters.js';
import { revokeShelf } from '../operations/revoke-shelf.js';
import { rotateDeviceToken } from '../operations/rotate-device-token.js';
import { setTracking } from '../operations/set-tracking.js';
import { cancelTransfer, receiveTransfer, returnTransfer } from '../operations/transfers/end-transfer.js';
import { transferStock } from '../operations/transfers/transfer-stock.js';
import { updateShelf } from '../operations/update-shelf.js';
import { updateStockItem } from '../operations/update-stock-item.js';

export const Mutation: MutationResolvers = {
  createIngredient: (_parent, { input }, context) =>
    payloadOf(async () => ({ ingredient: await createIngredient(context, input) })),

  createStockItem: (_parent, { input }, context) =>
    payloadOf(async () => ({ stockItem: await createStockItem(context, input) })),

  updateStockItem: (_parent, { input }, context) =>
    payloadOf(async () => ({ stockItem: await updateStockItem(context, input) })),

  removeStockItem: (_parent, { stockItemId }, context) =>
    payloadOf(async () => ({ stockItem: await removeStockItem(context, stockItemId) })),

  receiveDelivery: (_parent, { input }, context) =>
    payloadOf(async () => ({ delivery: await receiveDelivery(context, input) })),

  adjustStock: (_parent, { input }, context) =>
    payloadOf(async () => ({ stockItem: await adjustStock(context, input) })),

  recordWaste: (_parent, { input }, context) => payloadOf(() => recordWaste(context, input)),

  resolveOrdersAtRisk: (_parent, { input }, context) =>
    payloadOf(async () => {
      const { stockItem, orderIds } = await resolveOrdersAtRisk(context, input);
      return { stockItem, orders: orderIds.map((id) => ({ id })) };
    }),

  startStockCount: (_parent, { input }, context) =>
    payloadOf(async () => ({ stockCount: await startStockCount(context, input) })),

  enterStockCount: (_parent, { input }, context) =>
    payloadOf(async () => ({ stockCount: await enterStockCount(context, input) })),

  confirmStockCount: (_parent, { id }, context) =>
    payloadOf(async () => ({ stockCount: await confirmStockCount(context, id) })),

  abandonStockCount: (_parent, { id }, context) =>
    payloadOf(async () => ({ stockCount: await abandonStockCount(context, id) })),

  transferStock: (_parent, { input }, context) =>
    payloadOf(async () => ({ transfer: await transferStock(context, input) })),

  receiveTransfer: (_parent, { id, ...given }, context) =>
    payloadOf(async () => ({ transfer: await receiveTransfer(context, id, given) })),

  returnTransfer: (_parent, { id, reason }, context) =>
    payloadOf(async () => ({ transfer: await returnTransfer(context, id, reason ?? null) })),

  cancelTransfer: (_parent, { id, reason }, context) =>
    payloadOf(async () => ({ transfer: await cancelTransfer(context, id, reason ?? null) })),

  registerShelf: (_parent, { input }, context) => payloadOf(() => registerShelf(context, input)),

  rotateDeviceToken: (_parent, { shelfId }, context) => payloadOf(() => rotateDeviceToken(context, shelfId)),

  updateShelf: (_parent, { input }, context) =>
    payloadOf(async () => ({ shelf: await updateShelf(context, input) })),

  revokeShelf: (_parent, { shelfId }, context) =>
    payloadOf(async () => ({ shelf: await revokeShelf(context, shelfId) })),

  setTracking: (_parent, { input }, context) =>
    payloadOf(async () => ({ stockItem: await setTracking(context, input) })),

  replayDeadLetters: (_parent, { ids }, context) => payloadOf(() => replayDeadLetters(context, ids)),

  createSupplier: (_parent, { input }, context) =>
    payloadOf(async () => ({ supplier: await createSupplier(context, input) })),

  updateSupplier: (_parent, { input }, context) =>
    payloadOf(async () => ({ supplier: await updateSupplier(context, input) })),

  createPurchaseOrder: (_parent, { input }, context) =>
    payloadOf(async () => ({ purchaseOrder: await createPurchaseOrder(context, input) })),

  updatePurchaseOrder: (_parent, { input }, context) =>
    payloadOf(async () => ({ purchaseOrder: await updatePurchaseOrder(context, input) })),

  draftSuggestedOrders: (_parent, { input }, context) =>
    payloadOf(async () => ({ purchaseOrders: await draftSuggestedOrders(context, input) })),

  approvePurchaseOrder: (_parent, { id }, context) =>
    payloadOf(async () => ({ purchaseOrder: await approvePurchaseOrder(context, id) })),

  sendPurchaseOrder: (_parent, { id }, context) =>
    payloadOf(async () => ({ purchaseOrder: await sendPurchaseOrder(context, id) })),

  cancelPurchaseOrder: (_parent, { id, reason }, context) =>
    payloadOf(async () => ({ purchaseOrder: await cancelPurchaseOrder(context, id, reason ?? null) })),

  closePurchaseOrder: (_parent, { id, reason }, context) =>
    payloadOf(async () => ({ purchaseOrder: await closePurchaseOrder(context, id, reason ?? null) })),

  importStock: (_parent, { input }, context) => importStock(context, input),
};
