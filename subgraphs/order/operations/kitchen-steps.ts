/** The kitchen's steps, from a paid order to one that is handed over. */
import { notFound } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import type { OrderTrigger } from '../domain/order-lifecycle.js';
import { advanceOrder } from './advance-orders.js';

export function startPreparing(context: Context, orderId: string): Promise<OrderRecord> {
  return advanceInKitchen(context, 'startPreparing', orderId, { type: 'preparing-started' });
}

export function markReady(context: Context, orderId: string): Promise<OrderRecord> {
  return advanceInKitchen(context, 'markReady', orderId, { type: 'made-ready' });
}

export function completeOrder(context: Context, orderId: string): Promise<OrderRecord> {
  return advanceInKitchen(context, 'completeOrder', orderId, { type: 'handed-over' });
}

function advanceInKitchen(
  context: Context,
  action: string,
  orderId: string,
  trigger: OrderTrigger,
): Promise<OrderRecord> {
  const scope = scopeFor(context.identity, 'orders:prepare');
  return advanceOrder(context, action, orderId, (order) => {
    if (!covers(scope, order)) throw notFound('Order');
    return trigger;
  });
}
