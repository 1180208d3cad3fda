/**
 * `order.*`: copies orders, a batch per statement, and ends the payments of an order that ended. Both may be repeated and
 * arrive in any order, so no inbox is needed: versions and the payments themselves say what is left to do.
 */
import type { Consumer } from '../../../platform/events/consumer.js';
import { isVoided } from '../domain/order-status.js';
import { upsertOrders } from '../store/orders.js';
import type { ConsumerParts } from './consumer-parts.js';
import { isOrderEvent, latestOf, ORDER_EVENT_TYPES, statusOf } from './order-changes.js';

export function consumer({ database, endPayments }: ConsumerParts): Consumer {
  return {
    name: 'payment.orders',
    types: ORDER_EVENT_TYPES,
    async handle(events) {
      const orderEvents = events.filter(isOrderEvent);
      await upsertOrders(database, latestOf(orderEvents));
      for (const event of orderEvents) {
        if (isVoided(statusOf(event))) await endPayments(event.metadata, event.data.orderId);
      }
    },
  };
}
