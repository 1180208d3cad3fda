/**
 * The status of an order, live: the present one first, then each that follows, in order and without a gap. It comes once more where something else
 * of the order has changed.
 */
import { liveUpdates } from '../../../platform/bus/live-updates.js';
import { notFound } from '../../../platform/errors.js';
import type { Context } from '../context.js';
import type { OrderStatus } from '../domain/order-state.js';
import { orderTopic } from '../published.js';
import { findHistoryAfter } from '../store/order-details.js';

export interface OrderStatusChange {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly at: Date;
}

/** @throws NOT_FOUND before the first event for an order that the caller may not see. */
export function watchOrder({ bus, database, loaders }: Context, orderId: string) {
  let sentVersion = 0;
  // A message only says that there is more; statuses whose own message was lost are in the history too.
  async function following(): Promise<OrderStatusChange[]> {
    const entries = await findHistoryAfter(database, orderId, sentVersion);
    if (entries.length > 0) {
      sentVersion = entries.at(-1)?.version ?? sentVersion;
      return entries.map(({ status, at }) => ({ orderId, status, at }));
    }
    const order = await loaders.order.clear(orderId).load(orderId);
    if (order === null || order.version <= sentVersion) return [];
    sentVersion = order.version;
    return [{ orderId, status: order.status, at: order.statusAt }];
  }
  return liveUpdates<OrderStatusChange>({
    bus,
    topic: orderTopic(orderId),
    async first() {
      const order = await loaders.order.load(orderId);
      if (order === null) throw notFound('Order');
      sentVersion = order.version;
      return [{ orderId, status: order.status, at: order.statusAt }];
    },
    missed: following,
    next: async ({ version }) => (typeof version === 'number' && version > sentVersion ? following() : []),
  });
}
