/** The kitchen of an outlet: its queue, live too, and the steps from a paid order to a handed-out one. */
import { liveUpdates } from '../../../platform/bus/live-updates.js';
import { notFound, payloadOf } from '../../../platform/errors.js';
import { covers, scopeFor } from '../../../platform/identity/identity.js';
import type {
  KitchenQueueChangeResolvers,
  MutationResolvers,
  QueryResolvers,
  SubscriptionResolvers,
} from '../../../schema/types/order.js';
import type { Context } from '../context.js';
import type { OrderTrigger } from '../domain/order-lifecycle.js';
import { changeOrder } from '../operations/change-order.js';
import { kitchenTopic } from '../store/live-topics.js';
import { findKitchenQueue } from '../store/orders.js';
import type { OrderRecord } from '../store/records.js';
import { outletWithin } from './outlet.js';
import type * as parents from './parents.js';

export const kitchenQueue: Required<QueryResolvers>['kitchenQueue'] = (_root, { outletId }, context) => {
  outletWithin(context, 'orders:prepare', outletId);
  return queueOf(context, outletId);
};

export const startPreparing: Required<MutationResolvers>['startPreparing'] = (_root, { orderId }, context) =>
  payloadOf(() => byKitchen(context, orderId, { type: 'preparing-started' }));

export const markReady: Required<MutationResolvers>['markReady'] = (_root, { orderId }, context) =>
  payloadOf(() => byKitchen(context, orderId, { type: 'made-ready' }));

export const completeOrder: Required<MutationResolvers>['completeOrder'] = (_root, { orderId }, context) =>
  payloadOf(() => byKitchen(context, orderId, { type: 'handed-out' }));

export const kitchenQueueChanged: Required<SubscriptionResolvers>['kitchenQueueChanged'] = {
  subscribe(_root, { outletId }, context) {
    outletWithin(context, 'orders:prepare', outletId);
    return liveUpdates<parents.KitchenQueueChange>({
      bus: context.bus,
      topic: kitchenTopic(outletId),
      first: async () => [{ outletId, orderId: null, at: new Date() }],
      next: async ({ id }) => [{ outletId, orderId: String(id), at: new Date() }],
    });
  },
  resolve: (change: parents.KitchenQueueChange) => change,
};

/** Read as each change is sent, so that what is late is not old. */
export const KitchenQueueChange: KitchenQueueChangeResolvers = {
  outlet: ({ outletId }) => ({ id: outletId }),
  order: ({ orderId }, _args, { loaders }) => (orderId === null ? null : loaders.orders.load(orderId)),
  queue: ({ outletId }, _args, context) => queueOf(context, outletId),
};

function queueOf({ database, identity }: Context, outletId: string): Promise<OrderRecord[]> {
  return findKitchenQueue(database, scopeFor(identity, 'orders:prepare'), outletId);
}

async function byKitchen(
  context: Context,
  orderId: string,
  happening: OrderTrigger,
): Promise<{ order: OrderRecord }> {
  const scope = scopeFor(context.identity, 'orders:prepare');
  const order = await changeOrder(context, orderId, (found) => {
    if (!covers(scope, found)) throw notFound('Order');
    return happening;
  });
  return { order };
}
