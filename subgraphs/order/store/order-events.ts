/** The event published for an order's new status. */
import type { NewEvent } from '../../../platform/events/envelope.js';
import type { OrderRecord } from '../domain/order.js';
import type { OrderFacts } from '../domain/order-lifecycle.js';
import type { OrderStatus } from '../domain/order-state.js';

export function orderEvent(
  order: OrderRecord,
  { paymentId, statusReason }: OrderFacts,
  status: OrderStatus,
  version: number,
): NewEvent {
  const { id, number, customerId, outletId, franchiseId, total } = order;
  const envelope = { aggregateId: id, aggregateVersion: version };
  const ref = { orderId: id, number, customerId, outletId, franchiseId };
  const reason = statusReason ?? '';
  switch (status) {
    case 'AWAITING_PAYMENT':
      return { ...envelope, type: 'order.awaiting-payment', data: { ...ref, total } };
    case 'PAID':
      if (paymentId === null) throw new Error(`Order ${id} is PAID without a payment`);
      return { ...envelope, type: 'order.paid', data: { ...ref, paymentId, total } };
    case 'PREPARING':
      return { ...envelope, type: 'order.preparing', data: ref };
    case 'READY':
      return { ...envelope, type: 'order.ready', data: ref };
    case 'COMPLETED':
      return { ...envelope, type: 'order.completed', data: { ...ref, total } };
    case 'REJECTED':
      return { ...envelope, type: 'order.rejected', data: { ...ref, reason } };
    case 'CANCELLED':
      return { ...envelope, type: 'order.cancelled', data: { ...ref, reason } };
    case 'REFUNDED':
      return { ...envelope, type: 'order.refunded', data: { ...ref, total } };
    case 'PLACED':
      throw new Error('order.placed is written with the order: see insert-orders.ts');
  }
}
