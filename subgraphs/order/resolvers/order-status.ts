/** `orderStatusChanged`: the present status first, then each that follows, in order and without a gap. */
import { liveUpdates } from '../../../platform/bus/live-updates.js';
import { notFound } from '../../../platform/errors.js';
import type { OrderStatusChangeResolvers, SubscriptionResolvers } from '../../../schema/types/order.js';
import { orderTopic } from '../store/live-topics.js';
import { findHistoryAfter } from '../store/order-details.js';
import type * as parents from './parents.js';

export const orderStatusChanged: Required<SubscriptionResolvers>['orderStatusChanged'] = {
  subscribe(_root, { orderId }, { bus, database, loaders }) {
    let sent = 0;
    // A message is only a sign that there is more: what was missed before it is in the history too.
    async function following(): Promise<parents.OrderStatusChange[]> {
      const entries = await findHistoryAfter(database, orderId, sent);
      sent = entries.at(-1)?.version ?? sent;
      return entries.map(({ status, at }) => ({ orderId, status, at }));
    }
    return liveUpdates<parents.OrderStatusChange>({
      bus,
      topic: orderTopic(orderId),
      async first() {
        const order = await loaders.orders.load(orderId);
        if (order === null) throw notFound('Order');
        sent = order.version;
        return [{ orderId, status: order.status, at: order.statusAt }];
      },
      missed: following,
      next: async ({ version }) => (typeof version === 'number' && version > sent ? following() : []),
    });
  },
  resolve: (change: parents.OrderStatusChange) => change,
};

export const OrderStatusChange: OrderStatusChangeResolvers = {
  async order({ orderId }, _args, { loaders }) {
    const order = await loaders.orders.load(orderId);
    if (order === null) throw notFound('Order');
    return order;
  },
};
