/**
 * `order.*`: copies orders, a batch per statement, and ends the payments of an order that ended. Both may be repeated and
 * arrive in any order, so no inbox is needed: versions and the payments themselves say what is left to do.
 */
import type { Consumer } from '../../../platform/events/consumer.js';
import type { AnyEvent, Cause, EventType } from '../../../platform/events/envelope.js';
import type { EventData } from '../../../platform/events/event-types.js';
import { add } from '../../../platform/money.js';
import { taxSum } from '../../../platform/order-charges.js';
import { isVoided, type OrderStatus } from '../domain/order-status.js';
import type { Bill } from '../domain/receipt.js';
import type { OwnPaymentDatabase } from '../store/database.js';
import { type OrderChange, upsertOrders } from '../store/orders.js';

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
  // Says its status itself.
  'order.step-undone': null,
} as const satisfies Partial<Record<EventType, OrderStatus | null>>;

type OrderEventType = keyof typeof STATUSES;
type OrderEvent = Extract<AnyEvent, { type: OrderEventType }>;

export function orderConsumer(
  database: OwnPaymentDatabase,
  endPayments: (cause: Cause, orderId: string) => Promise<void>,
): Consumer {
  return {
    name: 'payment.orders',
    types: Object.keys(STATUSES).filter(isOrderEventType),
    async handle(events) {
      const orderEvents = events.filter(isOrderEvent);
      await upsertOrders(database, latestOf(orderEvents));
      for (const event of orderEvents) {
        if (isVoided(statusOf(event))) await endPayments(event.metadata, event.data.orderId);
      }
    },
  };
}

/**
 * Copies orders with their bills, as the consumer above does. Beside it, since a process of the release before receipts may take an order's event
 * there, and copies no bill: of this consumer it has no part, and what it has copied is completed, the receipt included (migration
 * `receipts_of_former_processes`).
 */
export function billConsumer(database: OwnPaymentDatabase): Consumer {
  return {
    name: 'payment.bills',
    types: ['order.placed'],
    handle: (events) => upsertOrders(database, latestOf(events.filter(isOrderEvent))),
  };
}

function isOrderEventType(type: string): type is OrderEventType {
  return type in STATUSES;
}

function isOrderEvent(event: AnyEvent): event is OrderEvent {
  return isOrderEventType(event.type);
}

function statusOf(event: OrderEvent): OrderStatus {
  return event.type === 'order.step-undone' ? event.data.status : STATUSES[event.type];
}

/** One change per order: the latest status, and the total and bill of `order.placed`. */
function latestOf(events: readonly OrderEvent[]): OrderChange[] {
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
