/** Moves one order on behalf of a person: whoever may not see it is told that it is not there, and nothing happens by halves. */
import { notFound, UserFault } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import type { Context } from '../context.js';
import type { OrderTrigger } from '../domain/order-lifecycle.js';
import type { OrderRecord } from '../store/records.js';
import { advance } from '../store/transitions.js';

/**
 * @param happening what the caller does to the order; called with it locked, throws when the caller may not.
 * @throws UserFault INVALID_STATE when the order's status does not allow it.
 */
export async function changeOrder(
  { database, rules, cause, loaders }: Context,
  orderId: string,
  happening: (order: OrderRecord) => OrderTrigger,
): Promise<OrderRecord> {
  if (!isId(orderId)) throw notFound('Order');
  const changed = await database.work(cause, async (work) => {
    const [result] = await advance(rules, work, [{ orderId, cause, happening }]);
    if (result === undefined) throw notFound('Order');
    if (result.steps.length === 0) {
      throw UserFault.of('INVALID_STATE', `The order is ${result.order.status}.`, ['orderId']);
    }
    return result.order;
  });
  loaders.orders.clear(orderId).prime(orderId, changed);
  loaders.histories.clear(orderId);
  loaders.secondsBefore.clearAll();
  return changed;
}
