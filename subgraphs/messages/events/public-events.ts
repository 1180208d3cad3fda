/**
 * What webhooks and event streams receive: CloudEvents in JSON, the very same bytes everywhere, each with its `data` made of a domain event. Its
 * shape is the one that `public-shapes.ts` promises. docs/webhooks.md documents them.
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
import { PUBLIC_SHAPES, type PublicData, type PublicType, schemaIdOf } from './public-shapes.js';

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

/** What each type’s `data` is made of. */
const DATA: {
  readonly [Type in PublicType]: (data: EventData[Type]) => PublicData<Type>;
} = {
  'order.placed': ({ lines, total, placedAt, ...order }) => ({
    ...ofOrder(order),
    ...{ total: rupiah(total), placedAt },
    lines: lines.map(({ menuItemId, name, quantity, subtotal, options }) => ({
      ...{ menuItemId, name, quantity, options: options ?? [], subtotal: rupiah(subtotal) },
    })),
  }),
  'order.awaiting-payment': ofOrderWithTotal,
  'order.rejected': ({ soldOut, ...order }) => ({
    ...ofOrder(order),
    soldOut: (soldOut ?? []).map(({ menuItemId, name }) => ({ menuItemId, name })),
  }),
  'order.cancelled': ofOrder,
  'order.paid': (data) => ({ ...ofOrderWithTotal(data), paymentId: data.paymentId }),
  'order.preparing': ofOrder,
  'order.ready': ofOrder,
  'order.completed': ofOrderWithTotal,
  'order.refunded': ofOrderWithTotal,
  'order.step-undone': ({ undone, status, ...order }) => ({ ...ofOrder(order), undone, status }),
  'outlet.changed': ({
    outletId,
    franchiseId,
    name,
    city,
    address,
    phone,
    timeZone,
    status,
    pausedUntil,
  }) => ({
    ...{ outletId, franchiseId, name, city, address, phone, timeZone },
    ...{ status: status ?? 'OPEN', pausedUntil: pausedUntil ?? null },
  }),
  'payment.captured': captured,
  'payment.part-captured': captured,
  'payment.failed': ofPayment,
  'payment.refunded': ({
    refundId,
    amount,
    refundedTotal,
    capturedTotal,
    isFull,
    refundedAt,
    ...payment
  }) => ({
    ...ofPayment(payment),
    ...{ refundId, amount: rupiah(amount), refundedTotal: rupiah(refundedTotal) },
    ...{ capturedTotal: rupiah(capturedTotal), isFull, refundedAt },
  }),
  'payment.dispute-opened': ({ disputeId, amount, ...payment }) => ({
    ...ofPayment(payment),
    disputeId,
    amount: rupiah(amount),
  }),
  'payment.dispute-closed': ({ disputeId, amount, outcome, ...payment }) => ({
    ...ofPayment(payment),
    ...{ disputeId, amount: rupiah(amount), outcome },
  }),
  'purchase-order.approved': ofPurchaseOrder,
  'purchase-order.sent': ofPurchaseOrder,
  'purchase-order.received': (data) => ({ ...ofPurchaseOrder(data), deliveryId: data.deliveryId }),
  'purchase-order.closed': ofPurchaseOrder,
  'purchase-order.cancelled': ofPurchaseOrder,
  'stock.low': ({ stockItemId, outletId, franchiseId, ingredientName, available, reorderPoint }) => ({
    ...{ stockItemId, outletId, franchiseId, ingredientName, available, reorderPoint },
  }),
  'stock.expiring': ({
    stockItemId,
    outletId,
    franchiseId,
    ingredientName,
    bestBefore,
    daysLeft,
    quantity,
  }) => ({
    ...{ stockItemId, outletId, franchiseId, ingredientName, bestBefore, daysLeft, quantity },
  }),
  'stock.at-risk': ({ stockItemId, outletId, franchiseId, ingredientName, orderIds }) => ({
    ...{ stockItemId, outletId, franchiseId, ingredientName, orderIds },
  }),
  'stock.sold-out-changed': ({ outletId, franchiseId, menuItemId, isSoldOut, at }) => ({
    ...{ outletId, franchiseId, menuItemId, isSoldOut, at },
  }),
};

export interface PublicEventType {
  readonly name: string;
  readonly version: number;
  readonly description: string;
}

/** By name. */
export const PUBLIC_EVENT_TYPES: readonly (PublicEventType & { readonly name: PublicType })[] = Object.keys(
  PUBLIC_SHAPES,
)
  .filter(isPublicType)
  .sort()
  .map((name) => {
    const { version, description } = PUBLIC_SHAPES[name];
    return { name, version, description };
  });

function isPublicType(name: string): name is PublicType {
  return Object.hasOwn(PUBLIC_SHAPES, name);
}

type SomePublicEvent = Extract<AnyEvent, { readonly type: PublicType }>;

function isPublic(event: AnyEvent): event is SomePublicEvent {
  return isPublicType(event.type);
}

/** As it is posted; none of a type that is not public. */
export function publicEventOf(event: AnyEvent): PublicEvent[] {
  if (!isPublic(event)) return [];
  const { id, type, occurredAt, aggregateId, aggregateVersion, source } = event;
  const { franchiseId, outletId } = event.data;
  const { version } = PUBLIC_SHAPES[type];
  const about = {
    id,
    type,
    source,
    version,
    occurredAt,
    aggregateId,
    aggregateVersion,
    franchiseId,
    outletId,
  };
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
    body: bodyOf(
      { ...event, ...place, source: 'messages', version: 1 },
      { webhookId, franchiseId, outletId },
    ),
  };
}

function dataOf<Type extends PublicType>(event: DomainEvent<Type>): object {
  return DATA[event.type](event.data);
}

interface About extends WebhookPlace {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly version: number;
  readonly occurredAt: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
}

/** A CloudEvent in JSON; behind `datacontenttype` and `dataschema` its attributes are extensions. */
function bodyOf(event: About, data: object): string {
  return JSON.stringify({
    specversion: '1.0',
    id: event.id,
    source: `/kedai/${event.source}`,
    type: event.type,
    subject: event.aggregateId,
    time: event.occurredAt,
    datacontenttype: 'application/json',
    dataschema: event.type === TEST_TYPE ? undefined : schemaIdOf(event.type, event.version),
    dataversion: event.version,
    aggregateversion: event.aggregateVersion,
    franchiseid: event.franchiseId ?? undefined,
    outletid: event.outletId ?? undefined,
    data,
  });
}
