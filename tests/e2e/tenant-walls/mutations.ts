/** For each mutation that names something: how a stranger would call it on what is another tenant's. */
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import type { SubgraphName } from '../../../subgraphs/names.js';
import type { Person, Tenant } from './two-tenants.js';

export interface Attempt {
  readonly subgraph: SubgraphName;
  readonly variables: Readonly<Record<string, unknown>>;
}

const drink = CATALOGUE.menuItems.find(({ isLimited, season }) => !isLimited && season === null);
const menuItemId = drink?.id ?? '';
const [ingredient] = CATALOGUE.ingredients;
const ingredientId = ingredient?.id ?? '';

/**
 * @param accomplice the stranger, whom a role would be granted to.
 * @param notificationIds of the tenant's guest.
 */
export function attemptsOn(
  theirs: Tenant,
  accomplice: Person,
  notificationIds: readonly string[],
): Readonly<Record<string, Attempt>> {
  const { outletId, franchiseId, orderId, unpaidOrderId, paymentId, disputeId } = theirs;
  const { stockItemId, shelfId, supplierId, purchaseOrderId, transferId, stockCountId, webhookId } = theirs;
  const { scheduleId } = theirs;
  const idempotencyKey = newId();
  const reason = 'A stranger was here';
  const inTomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const at = (subgraph: SubgraphName, input: object): Attempt => ({ subgraph, variables: { input } });
  return {
    grantRole: at('customer', { customerId: accomplice.customerId, role: 'MANAGER', outletId }),
    revokeRole: at('customer', { customerId: theirs.barista.customerId, role: 'BARISTA', outletId }),
    inviteStaff: at('customer', { email: 'a-stranger@kedai.test', role: 'BARISTA', outletId }),
    importStaff: at('customer', { csv: `email,role,outletId\na-stranger@kedai.test,BARISTA,${outletId}` }),
    revokeInvitation: { subgraph: 'customer', variables: { invitationId: theirs.invitationId } },
    resetSecondFactor: { subgraph: 'customer', variables: { customerId: theirs.barista.customerId } },
    markNotificationsRead: at('customer', { notificationIds: [...notificationIds] }),
    setOutletPrice: at('menu', { menuItemId, outletId, price: 1 }),
    importMenu: at('menu', {
      ...{ kind: 'PRICES', csv: `outletId,barcode,price,isOffered\n${outletId},${drink?.barcode},1,false` },
    }),
    setAvailability: at('menu', { menuItemId, outletId, isAvailable: false, until: inTomorrow }),
    createPromotion: at('menu', {
      ...{ name: reason, percent: 50, menuItemIds: [menuItemId], outletIds: [outletId], endsAt: inTomorrow },
    }),
    endPromotion: { subgraph: 'menu', variables: { promotionId: theirs.promotionId } },
    createOutlet: at('menu', {
      ...{ franchiseId, name: reason, city: 'Jakarta', address: 'Jalan Asing 1', phone: '+6281234567890' },
      copyOf: outletId,
    }),
    updateOutlet: at('menu', {
      ...{
        outletId,
        name: reason,
        city: 'Asing',
        address: 'Jalan Asing 1',
        phone: '+6281234567890',
        timeZone: 'UTC',
      },
      openingHours: [{ weekday: 'MONDAY', opensAt: '08:00', closesAt: '09:00' }],
      openingExceptions: [
        { date: inTomorrow.slice(0, 10), openings: [{ opensAt: '08:00', closesAt: '09:00' }] },
      ],
    }),
    openOutlet: { subgraph: 'menu', variables: { outletId } },
    pauseOutlet: { subgraph: 'menu', variables: { outletId, until: inTomorrow } },
    setSetting: at('menu', { level: 'OUTLET', id: outletId, key: 'maximumOrderUnits', value: 1 }),
    closeOutlet: { subgraph: 'menu', variables: { outletId } },
    updateCartLine: at('order', { cartLineId: theirs.cartLineId, quantity: 9, note: reason }),
    removeCartLine: { subgraph: 'order', variables: { cartLineId: theirs.cartLineId } },
    placeOrder: at('order', {
      ...{ outletId, lines: [{ menuItemId, quantity: 1, note: reason }], idempotencyKey },
      guest: { name: reason, table: '1', memberPhone: '+6281234567890', memberCode: '12345678' },
    }),
    cancelOrder: { subgraph: 'order', variables: { orderId: unpaidOrderId, reason } },
    startPreparing: { subgraph: 'order', variables: { orderId: theirs.paidOrderId } },
    markReady: { subgraph: 'order', variables: { orderId: theirs.paidOrderId } },
    completeOrder: { subgraph: 'order', variables: { orderId } },
    undoStep: { subgraph: 'order', variables: { orderId } },
    setStation: at('order', { outletId, menuItemIds: [menuItemId], station: reason }),
    remakeLines: at('order', { orderId, lineIds: [`${orderId}.0`], reason, idempotencyKey }),
    acceptSubstitution: { subgraph: 'order', variables: { orderId, menuItemId } },
    setPriority: { subgraph: 'order', variables: { orderId: theirs.paidOrderId, priority: 'RUSH' } },
    setLineReady: {
      subgraph: 'order',
      variables: { orderId: theirs.paidOrderId, lineId: `${theirs.paidOrderId}.0`, isReady: true },
    },
    createStockItem: at('stock', { outletId, ingredientId, tracking: 'COUNT' }),
    importStock: at('stock', {
      ...{ kind: 'STOCK_ITEMS', csv: `outletId,ingredient,reorderPoint\n${outletId},${ingredient?.name},1` },
    }),
    updateStockItem: at('stock', { stockItemId, reorderPoint: 1 }),
    removeStockItem: { subgraph: 'stock', variables: { stockItemId } },
    receiveDelivery: at('stock', {
      ...{
        outletId,
        supplier: reason,
        reference: reason,
        purchaseOrderId,
        lines: [{ stockItemId, quantity: 1, bestBefore: inTomorrow.slice(0, 10), note: reason }],
        idempotencyKey,
      },
    }),
    createSupplier: at('stock', {
      ...{ franchiseId, name: reason, email: 'a-stranger@kedai.test', phone: '+6281234567890' },
      prices: [{ ingredientId, packSize: 1, price: 1, reference: reason }],
    }),
    updateSupplier: at('stock', {
      ...{ supplierId, name: reason, email: 'a-stranger@kedai.test', phone: '+6281234567890' },
      prices: [{ ingredientId, packSize: 1, price: 1 }],
      removedIngredientIds: [ingredientId],
    }),
    createPurchaseOrder: at('stock', {
      ...{ outletId, supplierId, lines: [{ stockItemId, quantity: 1 }], note: reason, idempotencyKey },
    }),
    updatePurchaseOrder: at('stock', {
      ...{ id: purchaseOrderId, supplierId, lines: [{ stockItemId, quantity: 1 }], note: reason },
    }),
    draftSuggestedOrders: at('stock', { outletId, supplierIds: [supplierId], idempotencyKey }),
    approvePurchaseOrder: { subgraph: 'stock', variables: { id: purchaseOrderId } },
    sendPurchaseOrder: { subgraph: 'stock', variables: { id: purchaseOrderId } },
    cancelPurchaseOrder: { subgraph: 'stock', variables: { id: purchaseOrderId, reason } },
    closePurchaseOrder: { subgraph: 'stock', variables: { id: purchaseOrderId, reason } },
    adjustStock: at('stock', { stockItemId, countedOnHand: 1, reason, idempotencyKey }),
    recordWaste: at('stock', { stockItemId, quantity: 1, reason, idempotencyKey }),
    resolveOrdersAtRisk: at('stock', {
      ...{ stockItemId, orderIds: [unpaidOrderId], action: 'OFFER', menuItemId, idempotencyKey },
    }),
    startStockCount: at('stock', { outletId, stockItemIds: [stockItemId], note: reason, idempotencyKey }),
    enterStockCount: at('stock', {
      ...{ countId: stockCountId, entries: [{ stockItemId, countedOnHand: 1 }], idempotencyKey },
    }),
    confirmStockCount: { subgraph: 'stock', variables: { id: stockCountId } },
    abandonStockCount: { subgraph: 'stock', variables: { id: stockCountId } },
    transferStock: at('stock', {
      ...{ fromStockItemId: stockItemId, toOutletId: outletId, quantity: 1, note: reason, idempotencyKey },
    }),
    receiveTransfer: {
      subgraph: 'stock',
      variables: { id: transferId, receivedQuantity: 1, note: reason, atOutletId: outletId },
    },
    returnTransfer: { subgraph: 'stock', variables: { id: transferId, reason } },
    cancelTransfer: { subgraph: 'stock', variables: { id: transferId, reason } },
    registerShelf: at('stock', { outletId, stockItemId, gramsPerUnit: 1, tareGrams: 1 }),
    rotateDeviceToken: { subgraph: 'stock', variables: { shelfId } },
    updateShelf: at('stock', { shelfId, stockItemId, gramsPerUnit: 2, stableMilliseconds: 1 }),
    revokeShelf: { subgraph: 'stock', variables: { shelfId } },
    setTracking: at('stock', { stockItemId, tracking: 'COUNT' }),
    payOrder: at('payment', { orderId: unpaidOrderId, method: 'CASH', idempotencyKey }),
    confirmCashPayment: { subgraph: 'payment', variables: { paymentId: theirs.cashPaymentId } },
    cancelPayment: { subgraph: 'payment', variables: { paymentId: theirs.cashPaymentId } },
    openTill: at('payment', { outletId, float: 1, drawer: reason }),
    recordCash: at('payment', { tillId: theirs.tillId, kind: 'CASH_OUT', amount: 1, reason, idempotencyKey }),
    closeTill: at('payment', { tillId: theirs.tillId, counted: [{ method: 'CASH', amount: 1 }] }),
    dailyClose: { subgraph: 'payment', variables: { outletId, day: inTomorrow.slice(0, 10) } },
    refundPayment: at('payment', { paymentId, amount: 1, reason, idempotencyKey }),
    openDispute: at('payment', { paymentId, amount: 1, reason, idempotencyKey }),
    submitDisputeEvidence: at('payment', { disputeId, text: reason }),
    resolveDispute: at('payment', { disputeId, outcome: 'LOST' }),
    createWebhook: at('messages', {
      ...{ url: 'https://127.0.0.1:9/a-stranger', eventTypes: ['order.paid'], outletId, franchiseId },
    }),
    createSchedule: at('messages', {
      ...{ name: reason, action: 'SALES_REPORT', rule: 'FREQ=DAILY', timeZone: 'UTC', missed: 'ALL' },
      scope: { outletId, franchiseId },
    }),
    updateSchedule: at('messages', {
      ...{ id: scheduleId, name: reason, rule: 'FREQ=DAILY', timeZone: 'UTC', scope: { outletId } },
    }),
    pauseSchedule: { subgraph: 'messages', variables: { id: scheduleId } },
    resumeSchedule: { subgraph: 'messages', variables: { id: scheduleId } },
    runScheduleNow: { subgraph: 'messages', variables: { id: scheduleId } },
    deleteSchedule: { subgraph: 'messages', variables: { id: scheduleId } },
    rotateWebhookSecret: { subgraph: 'messages', variables: { id: webhookId } },
    testWebhook: { subgraph: 'messages', variables: { id: webhookId } },
    pauseWebhook: { subgraph: 'messages', variables: { id: webhookId } },
    resumeWebhook: { subgraph: 'messages', variables: { id: webhookId } },
    deleteWebhook: { subgraph: 'messages', variables: { id: webhookId } },
    replayWebhook: {
      subgraph: 'messages',
      variables: { id: webhookId, from: new Date(0).toISOString(), idempotencyKey },
    },
  };
}
