/**
 * What webhooks receive: the public event types, each with the version and the shape of its `data`, and the bytes that are posted. The shapes
 * are a promise of their own: they say what third parties need, by ids and not by names of people, and nothing that people wrote. Amounts are
 * `{ amount, currency }`, as in the API. docs/webhooks.md documents them.
 */
import type { AnyEvent, DomainEvent } from '../../../platform/events/envelope.js';
import type {
  CapturedMoney,
  EventData,
  OrderRef,
  PaymentRef,
  PurchaseOrderRef,
} from '../../../platform/events/event-types.js';
import { rupiah } from '../../../platform/money.js';
import { type PublicEvent, TEST_TYPE, type WebhookPlace } from '../domain/webhook.js';

interface Published<Type extends keyof EventData> {
  /** Raised by a change of the shape that receivers cannot read; new fields do not raise it. */
  readonly version: number;
  readonly description: string;
  data(data: EventData[Type]): object;
}

const PUBLIC_TYPES = [
  'order.placed',
  'order.awaiting-payment',
  'order.rejected',
  'order.cancelled',
  'order.paid',
  'order.preparing',
  'order.ready',
  'order.completed',
  'order.refunded',
  'order.step-undone',
  'outlet.changed',
  'payment.captured',
  'payment.part-captured',
  'payment.failed',
  'payment.refunded',
  'payment.dispute-opened',
  'payment.dispute-closed',
  'purchase-order.approved',
  'purchase-order.sent',
  'purchase-order.received',
  'purchase-order.closed',
  'purchase-order.cancelled',
  'stock.low',
  'stock.expiring',
  'stock.at-risk',
  'stock.sold-out-changed',
] as const satisfies readonly (keyof EventData)[];
type PublicType = (typeof PUBLIC_TYPES)[number];

const ofOrder = ({ orderId, number, customerId, outletId, franchiseId, isCounter }: OrderRef) => ({
  ...{ orderId, number, customerId, outletId, franchiseId },
  isCounter: isCounter === true,
});
const ofOrderWithTotal = (data: OrderRef & { total: number }) => ({
  ...ofOrder(data),
  total: rupiah(data.total),
});
const ofPayment = ({ paymentId, orderId, customerId, outletId, franchiseId }: PaymentRef) => ({
  ...{ paymentId, orderId, customerId, outletId, franchiseId },
});
const captured = (data: PaymentRef & CapturedMoney) => ({
  ...ofPayment(data),
  ...{ amount: rupiah(data.amount), tip: rupiah(data.tip ?? 0), method: data.method, paidAt: data.paidAt },
});

const ofPurchaseOrder = ({ purchaseOrderId, number, total, ...rest }: PurchaseOrderRef) => {
  const { outletId, franchiseId, supplierId, status, expectedOn } = rest;
  const ids = { purchaseOrderId, number, outletId, franchiseId, supplierId };
  return { ...ids, status, expectedOn, total: rupiah(total) };
};

const PUBLISHED: { readonly [Type in PublicType]: Published<Type> } = {
  'order.placed': {
    version: 1,
    description: 'An order was placed; stock has not promised it yet.',
    data: ({ lines, total, placedAt, ...order }) => ({
      ...ofOrder(order),
      ...{ total: rupiah(total), placedAt },
      lines: lines.map(({ menuItemId, name, quantity, subtotal, options }) => ({
        ...{ menuItemId, name, quantity, options: options ?? [], subtotal: rupiah(subtotal) },
      })),
    }),
  },
  'order.awaiting-payment': {
    version: 1,
    description: 'Stock has promised an order: it waits for its payment.',
    data: ofOrderWithTotal,
  },
  'order.rejected': {
    version: 1,
    description: 'Stock could not promise an order.',
    data: ({ soldOut, ...order }) => ({
      ...ofOrder(order),
      soldOut: (soldOut ?? []).map(({ menuItemId, name }) => ({ menuItemId, name })),
    }),
  },
  'order.cancelled': { version: 1, description: 'An order was cancelled.', data: ofOrder },
  'order.paid': {
    version: 1,
    description: 'An order is paid: the kitchen can begin.',
    data: (data) => ({ ...ofOrderWithTotal(data), paymentId: data.paymentId }),
  },
  'order.preparing': { version: 1, description: 'The kitchen has begun an order.', data: ofOrder },
  'order.ready': { version: 1, description: 'An order can be picked up.', data: ofOrder },
  'order.completed': { version: 1, description: 'An order was handed over.', data: ofOrderWithTotal },
  'order.refunded': {
    version: 1,
    description: 'All of an order’s money was given back.',
    data: ofOrderWithTotal,
  },
  'order.step-undone': {
    version: 1,
    description: 'The kitchen took back its last step: the order has again the status that it had before.',
    data: ({ undone, status, ...order }) => ({ ...ofOrder(order), undone, status }),
  },
  'outlet.changed': {
    version: 1,
    description: 'An outlet was created, changed, opened, paused or closed.',
    data: ({ outletId, franchiseId, name, city, address, phone, timeZone, status, pausedUntil }) => ({
      ...{ outletId, franchiseId, name, city, address, phone, timeZone },
      ...{ status: status ?? 'OPEN', pausedUntil: pausedUntil ?? null },
    }),
  },
  'payment.captured': {
    version: 1,
    description: 'A payment was captured, and its order’s total is met by it.',
    data: captured,
  },
  'payment.part-captured': {
    version: 1,
    description: 'A payment of part of an order’s total was captured.',
    data: captured,
  },
  'payment.failed': { version: 1, description: 'A payment failed.', data: ofPayment },
  'payment.refunded': {
    version: 1,
    description: 'All or part of a payment was given back.',
    data: ({ refundId, amount, refundedTotal, capturedTotal, isFull, refundedAt, ...payment }) => ({
      ...ofPayment(payment),
      ...{ refundId, amount: rupiah(amount), refundedTotal: rupiah(refundedTotal) },
      ...{ capturedTotal: rupiah(capturedTotal), isFull, refundedAt },
    }),
  },
  'payment.dispute-opened': {
    version: 1,
    description: 'A payment is disputed.',
    data: ({ disputeId, amount, ...payment }) => ({
      ...ofPayment(payment),
      disputeId,
      amount: rupiah(amount),
    }),
  },
  'payment.dispute-closed': {
    version: 1,
    description: 'A dispute was won or lost.',
    data: ({ disputeId, amount, outcome, ...payment }) => ({
      ...ofPayment(payment),
      ...{ disputeId, amount: rupiah(amount), outcome },
    }),
  },
  'purchase-order.approved': {
    version: 1,
    description: 'An order to a supplier was approved.',
    data: ofPurchaseOrder,
  },
  'purchase-order.sent': {
    version: 1,
    description: 'An order to a supplier was sent.',
    data: ofPurchaseOrder,
  },
  'purchase-order.received': {
    version: 1,
    description: 'A delivery came for an order to a supplier.',
    data: (data) => ({ ...ofPurchaseOrder(data), deliveryId: data.deliveryId }),
  },
  'purchase-order.closed': {
    version: 1,
    description: 'The rest of an order to a supplier will not come.',
    data: ofPurchaseOrder,
  },
  'purchase-order.cancelled': {
    version: 1,
    description: 'An order to a supplier was cancelled before anything came.',
    data: ofPurchaseOrder,
  },
  'stock.low': {
    version: 1,
    description: 'A stock item fell to its reorder point.',
    data: ({ stockItemId, outletId, franchiseId, ingredientName, available, reorderPoint }) => ({
      ...{ stockItemId, outletId, franchiseId, ingredientName, available, reorderPoint },
    }),
  },
  'stock.expiring': {
    version: 1,
    description: 'Goods of a delivery expire soon.',
    data: ({ stockItemId, outletId, franchiseId, ingredientName, bestBefore, daysLeft, quantity }) => ({
      ...{ stockItemId, outletId, franchiseId, ingredientName, bestBefore, daysLeft, quantity },
    }),
  },
  'stock.at-risk': {
    version: 1,
    description: 'A stock item fell below what is promised to orders.',
    data: ({ stockItemId, outletId, franchiseId, ingredientName, orderIds }) => ({
      ...{ stockItemId, outletId, franchiseId, ingredientName, orderIds },
    }),
  },
  'stock.sold-out-changed': {
    version: 1,
    description: 'No serving of a menu item is left at an outlet, or there is one again.',
    data: ({ outletId, franchiseId, menuItemId, isSoldOut, at }) => ({
      ...{ outletId, franchiseId, menuItemId, isSoldOut, at },
    }),
  },
};

export interface PublicEventType {
  readonly name: string;
  readonly version: number;
  readonly description: string;
}

/** By name. */
export const PUBLIC_EVENT_TYPES: readonly (PublicEventType & { readonly name: PublicType })[] =
  PUBLIC_TYPES.toSorted().map((name) => ({
    ...{ name, version: PUBLISHED[name].version, description: PUBLISHED[name].description },
  }));

type SomePublicEvent = Extract<AnyEvent, { readonly type: PublicType }>;

function isPublic(event: AnyEvent): event is SomePublicEvent {
  return Object.hasOwn(PUBLISHED, event.type);
}

/** As it is posted; none of a type that is not public. */
export function publicEventOf(event: AnyEvent): PublicEvent[] {
  if (!isPublic(event)) return [];
  const { id, type, occurredAt, aggregateId, aggregateVersion, source } = event;
  const { franchiseId, outletId } = event.data;
  const { version } = PUBLISHED[type];
  const about = { id, type, source, version, occurredAt, aggregateId, aggregateVersion };
  return [
    {
      ...{ id, type, occurredAt, aggregateId, aggregateVersion, franchiseId, outletId },
      body: bodyOf(about, dataOf(event)),
    },
  ];
}

/** What `testWebhook` posts. */
export function testEvent(id: string, webhookId: string, place: WebhookPlace): PublicEvent {
  const occurredAt = new Date().toISOString();
  const event = { id, type: TEST_TYPE, occurredAt, aggregateId: id, aggregateVersion: 1 };
  const { franchiseId, outletId } = place;
  return {
    ...event,
    ...{ franchiseId, outletId },
    body: bodyOf({ ...event, source: 'messages', version: 1 }, { webhookId, franchiseId, outletId }),
  };
}

function dataOf<Type extends PublicType>(event: DomainEvent<Type>): object {
  return PUBLISHED[event.type].data(event.data);
}

interface About {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly version: number;
  readonly occurredAt: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
}

/** A CloudEvent in JSON, two of its attributes extensions. */
function bodyOf(event: About, data: object): string {
  return JSON.stringify({
    specversion: '1.0',
    id: event.id,
    source: `/kedai/${event.source}`,
    type: event.type,
    subject: event.aggregateId,
    time: event.occurredAt,
    datacontenttype: 'application/json',
    dataversion: event.version,
    aggregateversion: event.aggregateVersion,
    data,
  });
}
