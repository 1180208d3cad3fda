/** The kitchen's steps, from a paid order to one that is handed over, and back within a minute of each. */
import { notFound, UserFault } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import { isStepFresh, type OrderTrigger } from '../domain/order-lifecycle.js';
import { isStepOfKitchen } from '../domain/order-state.js';
import { findHistoryAfter } from '../store/order-details.js';
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

/** @throws UserFault INVALID_STATE for an order whose status is no step of the kitchen's, or one of more than a minute ago. */
export function undoStep(context: Context, orderId: string): Promise<OrderRecord> {
  const scope = scopeFor(context.identity, 'orders:prepare');
  return advanceOrder(context, 'undoStep', orderId, async (order, tx) => {
    if (!covers(scope, order)) throw notFound('Order');
    const isInTime = isStepFresh(await findHistoryAfter({ prisma: tx }, orderId, 0), new Date());
    if (isStepOfKitchen(order.status) && !isInTime) {
      const message = `The order has been ${order.status} for more than a minute.`;
      throw UserFault.of('INVALID_STATE', message, ['orderId']);
    }
    return { type: 'step-undone' };
  });
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
    if (trigger.type === 'preparing-started' && order.substitution?.status === 'ACCEPTED') {
      const message = 'The guest takes something else: try again once it is set aside.';
      throw UserFault.of('INVALID_STATE', message, ['orderId']);
    }
    return trigger;
  });
}
