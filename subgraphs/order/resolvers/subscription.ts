/** `Subscription` and its events. What an event selects is read as the event is sent, so that a late event is not outdated. */
import { notFound } from '../../../platform/errors.js';
import type {
  KitchenQueueChangeResolvers,
  OrderStatusChangeResolvers,
  SubscriptionResolvers,
} from '../../../schema/types/order.js';
import { readKitchenQueue, watchKitchenQueue } from '../operations/kitchen-queue.js';
import { watchOrder } from '../operations/watch-order.js';
import type * as parents from './parents.js';

export const Subscription: SubscriptionResolvers = {
  orderStatusChanged: {
    subscribe: (_parent, { orderId }, context) => watchOrder(context, orderId),
    resolve: (change: parents.OrderStatusChange) => change,
  },
  kitchenQueueChanged: {
    subscribe: (_parent, { outletId, station }, context) =>
      watchKitchenQueue(context, outletId, station ?? null),
    resolve: (change: parents.KitchenQueueChange) => change,
  },
};

export const OrderStatusChange: OrderStatusChangeResolvers = {
  async order({ orderId }, _args, { loaders }) {
    const order = await loaders.order.load(orderId);
    if (order === null) throw notFound('Order');
    return order;
  },
};

export const KitchenQueueChange: KitchenQueueChangeResolvers = {
  outlet: ({ outletId }) => ({ id: outletId }),
  order: ({ orderId }, _args, { loaders }) => (orderId === null ? null : loaders.order.load(orderId)),
  queue: ({ outletId, station }, _args, context) => readKitchenQueue(context, outletId, station),
};
