/**
 * Hears how orders go. Copies are written a batch at a time; an order that ended has its payments ended with it. Both may
 * come again and in any order, so no inbox is needed: versions and the payments themselves say what is left to do.
 */
import type { Consumer } from '../../../platform/events/consumer.js';
import type { AnyEvent, EventType } from '../../../platform/events/envelope.js';
import { isVoided, type OrderStatus } from '../domain/order-status.js';
import type { Sweep } from '../operations/sweep.js';
import type { PaymentDatabase } from '../store/database.js';
import { copyOrders, type OrderChange } from '../store/orders.js';
import { endPaymentsOf } from '../store/refund-changes.js';

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
} as const satisfies Partial<Record<EventType, OrderStatus>>;

type OrderEventType = keyof typeof STATUSES;
type OrderEvent = Extract<AnyEvent, { type: OrderEventType }>;

export function orderConsumer(database: PaymentDatabase, sweep: Pick<Sweep, 'wake'>): Consumer {
  return {
    name: 'payment.orders',
    types: Object.keys(STATUSES).filter(isOrderEventType),
    async handle(events) {
      const told = events.filter(isOrderEvent);
      await copyOrders(database, latestOf(told));
      const ends = told.filter(({ type }) => isVoided(STATUSES[type]));
      for (const { metadata, data } of ends) {
        await database.work(metadata, (work) => endPaymentsOf(work, data.orderId));
      }
      if (ends.length > 0) sweep.wake();
    },
  };
}

function isOrderEventType(type: string): type is OrderEventType {
  return type in STATUSES;
}

function isOrderEvent(event: AnyEvent): event is OrderEvent {
  return isOrderEventType(event.type);
}

/** One change per order: the latest status, and the total that any of its events carries. */
function latestOf(events: readonly OrderEvent[]): OrderChange[] {
  const changes = new Map<string, OrderChange>();
  for (const event of events) {
    const change = changeOf(event);
    const known = changes.get(change.id);
    const [latest, earlier] = known && known.version > change.version ? [known, change] : [change, known];
    changes.set(change.id, { ...latest, total: latest.total ?? earlier?.total ?? null });
  }
  return [...changes.values()];
}

function changeOf({ type, aggregateVersion, data }: OrderEvent): OrderChange {
  return {
    id: data.orderId,
    number: data.number,
    customerId: data.customerId,
    outletId: data.outletId,
    franchiseId: data.franchiseId,
    total: 'total' in data ? data.total : null,
    status: STATUSES[type],
    version: aggregateVersion,
  };
}
