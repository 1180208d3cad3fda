/** The mutations of stock that are not a guest's own. */
import { newId } from '../../../../platform/ids.js';
import { atOutlet, CHAIN, type Made, MOMENT, type Probe } from './probe.js';

/** A step of an order to a supplier, after those before it. */
function purchaseStep(before: readonly string[], step: string, from: string, to: string): Probe {
  return {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id } = await floor.purchaseOrder(...before);
      await floor.execute(frontEnd, step, { id });
      return {
        ...{ entity: id, entityType: 'PurchaseOrder', ...atOutlet(floor) },
        ...{ before: { status: from }, after: { status: to } },
      };
    },
  };
}

/** A step of a transfer that is on the way. */
function transferStep(step: string, from: string, to: string): Probe {
  return {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const { id, toOutletId } = await floor.sentGoods();
      await floor.execute(frontEnd, step, { id });
      const outletId = step === 'cancelTransfer' ? floor.outletId : toOutletId;
      return {
        ...{ entity: id, entityType: 'Transfer', franchiseId: floor.franchiseId, outletId },
        before: { status: from },
        after: { status: to, ...(step === 'receiveTransfer' && { sent: 2, received: 2 }) },
      };
    },
  };
}

export const STOCK_PROBES: Readonly<Record<string, Probe>> = {
  importStock: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const name = `Ingredient ${newId()}`;
      const input = { kind: 'INGREDIENTS', csv: `name;unit\n${name};gram` };
      await floor.execute(frontEnd, 'importStock', { input });
      const { ingredients } = await floor.people.hq.execute<{ ingredients: (Made & { name: string })[] }>(
        '{ ingredients { id name } }',
      );
      const entity = ingredients.find((ingredient) => ingredient.name === name)?.id ?? '';
      return { entity, entityType: 'Ingredient', ...CHAIN, before: null, after: { name, unit: 'GRAM' } };
    },
  },
  createIngredient: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const input = { name: `Ingredient ${newId()}`, unit: 'GRAM' };
      const { ingredient } = await floor.execute<{ ingredient: Made }>(
        frontEnd,
        'createIngredient',
        { input },
        'ingredient { id }',
      );
      return { entity: ingredient.id, entityType: 'Ingredient', ...CHAIN, before: null, after: input };
    },
  },
  createStockItem: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { ingredient } = await floor.execute<{ ingredient: Made }>(
        floor.people.hq,
        'createIngredient',
        { input: { name: `Ingredient ${newId()}`, unit: 'GRAM' } },
        'ingredient { id }',
      );
      const item = {
        outletId: floor.outletId,
        ingredientId: ingredient.id,
        tracking: 'COUNT',
        reorderPoint: 5,
      };
      const { stockItem } = await floor.execute<{ stockItem: Made }>(
        frontEnd,
        'createStockItem',
        { input: { ...item, countedOnHand: 7 } },
        'stockItem { id }',
      );
      const after = { ...item, onHand: 7 };
      return { entity: stockItem.id, entityType: 'StockItem', ...atOutlet(floor), before: null, after };
    },
  },
  updateStockItem: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const stockItemId = await floor.stockItem('COUNT', 7);
      await floor.execute(frontEnd, 'updateStockItem', { input: { stockItemId, reorderPoint: 3 } });
      return {
        ...{ entity: stockItemId, entityType: 'StockItem', ...atOutlet(floor) },
        ...{ before: { reorderPoint: 5 }, after: { reorderPoint: 3 } },
      };
    },
  },
  removeStockItem: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const stockItemId = await floor.stockItem('COUNT', 0);
      await floor.execute(frontEnd, 'removeStockItem', { stockItemId });
      return {
        ...{ entity: stockItemId, entityType: 'StockItem', ...atOutlet(floor) },
        ...{ before: { removedAt: null }, after: { removedAt: MOMENT } },
      };
    },
  },
  receiveDelivery: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const lines = [{ stockItemId: await floor.stockItem('COUNT', 7), quantity: 3 }];
      const given = { outletId: floor.outletId, supplier: 'PT Boba', lines };
      const input = { ...given, idempotencyKey: newId() };
      const receive = () =>
        floor.execute<{ delivery: Made }>(frontEnd, 'receiveDelivery', { input }, 'delivery { id }');
      const { delivery } = await receive();
      // A retry makes no second entry.
      await receive();
      const after = { ...given, reference: null };
      return { entity: delivery.id, entityType: 'Delivery', ...atOutlet(floor), before: null, after };
    },
  },
  createSupplier: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const { franchiseId } = floor;
      const after = { name: `Supplier ${newId()}`, leadTimeDays: 2, minimumOrder: 10_000 };
      const { supplier } = await floor.execute<{ supplier: Made }>(
        frontEnd,
        'createSupplier',
        { input: { franchiseId, ...after } },
        'supplier { id }',
      );
      return {
        ...{ entity: supplier.id, entityType: 'Supplier', outletId: null, franchiseId, before: null },
        after: { ...after, email: null, phone: null, deliveryWeekdays: [], prices: [] },
      };
    },
  },
  updateSupplier: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const { supplierId } = await floor.supplied();
      await floor.execute(frontEnd, 'updateSupplier', { input: { supplierId, leadTimeDays: 9 } });
      return {
        ...{ entity: supplierId, entityType: 'Supplier', ...CHAIN },
        ...{ before: { leadTimeDays: 1 }, after: { leadTimeDays: 9 } },
      };
    },
  },
  createPurchaseOrder: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { supplierId, stockItemId } = await floor.supplied();
      const input = { outletId: floor.outletId, supplierId, lines: [{ stockItemId, quantity: 15 }] };
      const { purchaseOrder } = await floor.execute<{ purchaseOrder: Made & { number: number } }>(
        frontEnd,
        'createPurchaseOrder',
        { input: { ...input, idempotencyKey: newId() } },
        'purchaseOrder { id number }',
      );
      const { id, number } = purchaseOrder;
      return {
        ...{ entity: id, entityType: 'PurchaseOrder', ...atOutlet(floor), before: null },
        after: {
          ...{ number, supplierId, status: 'DRAFT', total: 10_000, note: null },
          lines: [{ stockItemId, packSize: 10, packPrice: 5_000, packs: 2 }],
        },
      };
    },
  },
  draftSuggestedOrders: {
    by: 'budi',
    async execute(floor, frontEnd) {
      // Nothing of it is there, and its reorder point is 5.
      const { supplierId, stockItemId } = await floor.supplied();
      const input = { outletId: floor.outletId, supplierIds: [supplierId], idempotencyKey: newId() };
      const { purchaseOrders } = await floor.execute<{ purchaseOrders: (Made & { number: number })[] }>(
        frontEnd,
        'draftSuggestedOrders',
        { input },
        'purchaseOrders { id number }',
      );
      const { id = '', number } = purchaseOrders[0] ?? {};
      const lines = [{ stockItemId, packSize: 10, packPrice: 5_000, packs: 1 }];
      return {
        ...{ entity: id, entityType: 'PurchaseOrder', ...atOutlet(floor), before: null },
        after: { orders: [{ id, number, supplierId, total: 5_000, lines }] },
      };
    },
  },
  updatePurchaseOrder: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id } = await floor.purchaseOrder();
      await floor.execute(frontEnd, 'updatePurchaseOrder', { input: { id, note: 'Pagi saja' } });
      return {
        ...{ entity: id, entityType: 'PurchaseOrder', ...atOutlet(floor) },
        ...{ before: { note: null }, after: { note: 'Pagi saja' } },
      };
    },
  },
  approvePurchaseOrder: purchaseStep([], 'approvePurchaseOrder', 'DRAFT', 'APPROVED'),
  sendPurchaseOrder: purchaseStep(['approvePurchaseOrder'], 'sendPurchaseOrder', 'APPROVED', 'SENT'),
  cancelPurchaseOrder: purchaseStep([], 'cancelPurchaseOrder', 'DRAFT', 'CANCELLED'),
  closePurchaseOrder: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id, stockItemId } = await floor.purchaseOrder('approvePurchaseOrder', 'sendPurchaseOrder');
      const lines = [{ stockItemId, quantity: 3 }];
      await floor.execute(floor.people.budi, 'receiveDelivery', {
        input: { outletId: floor.outletId, purchaseOrderId: id, lines, idempotencyKey: newId() },
      });
      await floor.execute(frontEnd, 'closePurchaseOrder', { id, reason: 'Sold out' });
      return {
        ...{ entity: id, entityType: 'PurchaseOrder', ...atOutlet(floor) },
        before: { status: 'PARTLY_RECEIVED' },
        after: { status: 'RECEIVED', reason: 'Sold out' },
      };
    },
  },
  adjustStock: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const stockItemId = await floor.stockItem('COUNT', 7);
      const count = { countedOnHand: 6, reason: 'One was broken' };
      await floor.execute(frontEnd, 'adjustStock', {
        input: { stockItemId, ...count, idempotencyKey: newId() },
      });
      return {
        ...{ entity: stockItemId, entityType: 'StockItem', ...atOutlet(floor) },
        ...{ before: { onHand: 7 }, after: { onHand: 6, ...count } },
      };
    },
  },
  recordWaste: {
    by: 'sari',
    async execute(floor, frontEnd) {
      const stockItemId = await floor.stockItem('COUNT', 7);
      const input = { stockItemId, quantity: 2, reason: 'Two were broken' };
      await floor.execute(frontEnd, 'recordWaste', { input: { ...input, idempotencyKey: newId() } });
      return {
        ...{ entity: stockItemId, entityType: 'StockItem', ...atOutlet(floor) },
        ...{ before: { onHand: 7 }, after: { onHand: 5, wasted: 2, reason: 'Two were broken' } },
      };
    },
  },
  resolveOrdersAtRisk: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { orderId, stockItemId } = await floor.orderAtRisk();
      const given = { orderIds: [orderId], action: 'REFUND' };
      const input = { stockItemId, ...given, idempotencyKey: newId() };
      await floor.execute(frontEnd, 'resolveOrdersAtRisk', { input });
      return {
        ...{ entity: stockItemId, entityType: 'StockItem', ...atOutlet(floor) },
        ...{ before: { orderIds: null }, after: given },
      };
    },
  },
  startStockCount: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const stockItemIds = [await floor.stockItem('COUNT', 7)];
      const input = { outletId: floor.outletId, stockItemIds, note: 'Monthly', idempotencyKey: newId() };
      const { stockCount } = await floor.execute<{ stockCount: Made }>(
        frontEnd,
        'startStockCount',
        { input },
        'stockCount { id }',
      );
      // Only one is open at a time.
      await floor.execute(floor.people.dewi, 'abandonStockCount', { id: stockCount.id });
      return {
        ...{ entity: stockCount.id, entityType: 'StockCount', ...atOutlet(floor), before: null },
        after: { status: 'OPEN', items: 1, note: 'Monthly' },
      };
    },
  },
  enterStockCount: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id, stockItemId } = await floor.countedItem();
      const entries = [{ stockItemId, countedOnHand: 5 }];
      const input = { countId: id, entries, idempotencyKey: newId() };
      await floor.execute(frontEnd, 'enterStockCount', { input });
      await floor.execute(floor.people.dewi, 'abandonStockCount', { id });
      return {
        ...{ entity: id, entityType: 'StockCount', ...atOutlet(floor) },
        ...{ before: { entries: null }, after: { entries } },
      };
    },
  },
  confirmStockCount: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id, stockItemId } = await floor.countedItem();
      await floor.execute(frontEnd, 'confirmStockCount', { id });
      return {
        ...{ entity: id, entityType: 'StockCount', ...atOutlet(floor), before: { status: 'OPEN' } },
        after: { status: 'CONFIRMED', adjusted: { [stockItemId]: -1 } },
      };
    },
  },
  abandonStockCount: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const { id } = await floor.countedItem();
      await floor.execute(frontEnd, 'abandonStockCount', { id });
      return {
        ...{ entity: id, entityType: 'StockCount', ...atOutlet(floor) },
        ...{ before: { status: 'OPEN' }, after: { status: 'ABANDONED' } },
      };
    },
  },
  transferStock: {
    by: 'dewi',
    async execute(floor, frontEnd) {
      const { stockItemId, toOutletId } = await floor.transferable();
      const input = { fromStockItemId: stockItemId, toOutletId, quantity: 2, idempotencyKey: newId() };
      const { transfer } = await floor.execute<{ transfer: Made }>(
        frontEnd,
        'transferStock',
        { input },
        'transfer { id }',
      );
      return {
        ...{ entity: transfer.id, entityType: 'Transfer', ...atOutlet(floor), before: null },
        after: { status: 'SENT', stockItemId, toOutletId, quantity: 2, note: null },
      };
    },
  },
  receiveTransfer: transferStep('receiveTransfer', 'SENT', 'RECEIVED'),
  returnTransfer: transferStep('returnTransfer', 'SENT', 'RETURNING'),
  cancelTransfer: transferStep('cancelTransfer', 'SENT', 'CANCELLED'),
  registerShelf: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const stockItemId = await floor.stockItem('SHELF', null);
      const input = { outletId: floor.outletId, stockItemId, gramsPerUnit: 8.5, tareGrams: 200 };
      const { shelf } = await floor.execute<{ shelf: Made }>(
        frontEnd,
        'registerShelf',
        { input },
        'shelf { id }',
      );
      return { entity: shelf.id, entityType: 'Shelf', ...atOutlet(floor), before: null, after: input };
    },
  },
  updateShelf: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const shelfId = await floor.shelf();
      const input = { shelfId, gramsPerUnit: 8.5, tareGrams: 200, stableMilliseconds: 2_000 };
      await floor.execute(frontEnd, 'updateShelf', { input });
      return {
        ...{ entity: shelfId, entityType: 'Shelf', ...atOutlet(floor) },
        before: { gramsPerUnit: 1, stableMilliseconds: 0 },
        after: { gramsPerUnit: 8.5, stableMilliseconds: 2_000 },
      };
    },
  },
  revokeShelf: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const shelfId = await floor.shelf();
      await floor.execute(frontEnd, 'revokeShelf', { shelfId });
      return {
        ...{ entity: shelfId, entityType: 'Shelf', ...atOutlet(floor) },
        ...{ before: { removedAt: null }, after: { removedAt: MOMENT } },
      };
    },
  },
  setTracking: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const stockItemId = await floor.stockItem('COUNT', 7);
      await floor.execute(frontEnd, 'setTracking', { input: { stockItemId, tracking: 'SHELF' } });
      return {
        ...{ entity: stockItemId, entityType: 'StockItem', ...atOutlet(floor) },
        ...{ before: { tracking: 'COUNT' }, after: { tracking: 'SHELF' } },
      };
    },
  },
  replayDeadLetters: {
    by: 'hq',
    async execute(floor, frontEnd) {
      const letter = await floor.deadLetter();
      await floor.execute(frontEnd, 'replayDeadLetters', { ids: [letter] });
      return {
        ...{ entity: letter, entityType: 'DeadLetter', ...CHAIN },
        ...{ before: {}, after: { deadLetterIds: [letter], replayed: 0 } },
      };
    },
  },
  rotateDeviceToken: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const shelfId = await floor.shelf();
      await floor.execute(frontEnd, 'rotateDeviceToken', { shelfId });
      return {
        ...{ entity: shelfId, entityType: 'Shelf', ...atOutlet(floor) },
        ...{ before: {}, after: { deviceTokenIssuedAt: MOMENT } },
      };
    },
  },
};
