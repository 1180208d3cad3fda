/** `Subscription` and its events. What an event selects is read as the event is sent, so that a late event is not outdated. */
import { notFound } from '../../../platform/errors.js';
import { placeOf } from '../../../platform/kit/requested-place.js';
import { rupiah } from '../../../platform/money.js';
import type {
  KitchenQueueChangeResolvers,
  OrderChangeResolvers,
  OrderStatusChangeResolvers,
  SalesChangeResolvers,
  SubscriptionResolvers,
} from '../../../schema/types/order.js';
import { readKitchenQueue, watchKitchenQueue } from '../operations/kitchen-queue.js';
import { watchOrder } from '../operations/watch-order.js';
import { watchOrders } from '../operations/watch-orders.js';
import { totalToday, watchSales } from '../operations/watch-sales.js';
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
  ordersChanged: {
    subscribe: (_parent, { scope, after }, context) => watchOrders(context, placeOf(scope), after ?? null),
    resolve: (change: parents.OrderChange) => change,
  },
  salesChanged: {
    subscribe: (_parent, { scope, after }, context) => watchSales(context, placeOf(scope), after ?? null),
    resolve: (change: parents.SalesChange) => change,
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
  queue: ({ outletId, station }, _args, context) => readKitchenQueue(context, outletId, station),
};

export const OrderChange: OrderChangeResolvers = {
  version: ({ liveVersion }) => liveVersion,
  at: ({ liveAt }) => liveAt,
};

export const SalesChange: SalesChangeResolvers = {
  outlet: ({ id }) => ({ id }),
  async total({ place }, _args, context) {
    const { revenue, ...counts } = await totalToday(context, place);
    return { ...counts, revenue: rupiah(revenue) };
  },
  revenue: ({ revenue }) => rupiah(revenue),
  version: ({ liveVersion }) => liveVersion,
  at: ({ liveAt }) => liveAt,
};
