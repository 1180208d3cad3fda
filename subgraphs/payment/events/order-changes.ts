/** What the events of an order change in its copy, a batch of them at once: one change an order. */
import type { AnyEvent, EventType } from '../../../platform/events/envelope.js';
import type { EventData } from '../../../platform/events/event-types.js';
import { add } from '../../../platform/money.js';
import { taxSum } from '../../../platform/order-charges.js';
import type { OrderStatus } from '../domain/order-status.js';
import type { Bill } from '../domain/receipt.js';
import type { OrderChange } from '../store/orders.js';

const STATUSES = {
  'order.placed': 'PLACED',
  'order.awaiting-payment': 'AWAITING_PAYMENT',
  'order.rejected': 'REJECTED',
  'order.cancelled': 'CANCELLED',
  'order.paid': 'PAID',
  'order.preparing': 'PREPARING',
  'order.ready': 'READY',
  'order.completed': 'COMPLETED',
  'order.refunded': 'REFUNDED',
  'order.lines-remade': 'PREPARING',
  // These say its status themselves.
  'order.step-undone': null,
  'order.substitution-changed': null,
} as const satisfies Partial<Record<EventType, OrderStatus | null>>;

type OrderEventType = keyof typeof STATUSES;
export type OrderEvent = Extract<AnyEvent, { type: OrderEventType }>;

export const ORDER_EVENT_TYPES = Object.keys(STATUSES).filter(isOrderEventType);

function isOrderEventType(type: string): type is OrderEventType {
  return type in STATUSES;
}

export function isOrderEvent(event: AnyEvent): event is OrderEvent {
  return isOrderEventType(event.type);
}

export function statusOf(event: OrderEvent): OrderStatus {
  if (event.type === 'order.step-undone') return event.data.status;
  return event.type === 'order.substitution-changed' ? event.data.orderStatus : STATUSES[event.type];
}

/** One change per order: the latest status, and the total and bill of `order.placed`. */
export function latestOf(events: readonly OrderEvent[]): OrderChange[] {
  const changes = new Map<string, OrderChange>();
  for (const event of events) {
    const change = changeOf(event);
    const known = changes.get(change.id);
    const [latest, earlier] = known && known.version > change.version ? [known, change] : [change, known];
    const total = latest.total ?? earlier?.total ?? null;
    changes.set(change.id, { ...latest, total, bill: latest.bill ?? earlier?.bill ?? null });
  }
  return [...changes.values()];
}

/** The total comes with the bill: an order whose total is known can be paid, and gets a receipt. */
function changeOf(event: OrderEvent): OrderChange {
  const { aggregateVersion, data } = event;
  const placed = event.type === 'order.placed' ? event.data : null;
  return {
    id: data.orderId,
    number: data.number,
    customerId: data.customerId,
    isCounter: data.isCounter ?? false,
    outletId: data.outletId,
    franchiseId: data.franchiseId,
    total: placed?.total ?? null,
    bill: placed && billOf(placed),
    status: statusOf(event),
    version: aggregateVersion,
  };
}

/** Events from before receipts say neither what a unit costs nor what rewards took off, but what follows from them. */
function billOf({ total, placedAt, lines, ...said }: EventData['order.placed']): Bill {
  const { serviceCharge = 0, taxes = [], rounding = 0 } = said;
  const charged = add(
    ...lines.map(({ subtotal }) => subtotal),
    serviceCharge,
    taxSum(taxes, false),
    rounding,
  );
  return {
    placedAt,
    lines: lines.map(({ name, quantity, subtotal, unitPrice, discount = 0, options = [] }) => ({
      ...{ name, quantity, options, discount, subtotal },
      unitPrice: unitPrice ?? Math.floor(subtotal / quantity),
    })),
    rewardDiscount: said.rewardDiscount ?? Math.max(0, add(charged, -total)),
    ...{ serviceCharge, taxes, rounding },
  };
}
