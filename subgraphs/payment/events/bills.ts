/**
 * `order.placed`: copies orders with their bills, as `orders.ts` does. Beside it, since a process of the release before receipts may take
 * an order's event there, and copies no bill: of this consumer it has no part, and what it has copied is completed, the receipt
 * included (migration `receipts_of_former_processes`).
 */
import type { Consumer } from '../../../platform/events/consumer.js';
import { upsertOrders } from '../store/orders.js';
import type { ConsumerParts } from './consumer-parts.js';
import { isOrderEvent, latestOf } from './order-changes.js';

export function consumer({ database }: ConsumerParts): Consumer {
  return {
    name: 'payment.bills',
    types: ['order.placed'],
    handle: (events) => upsertOrders(database, latestOf(events.filter(isOrderEvent))),
  };
}
