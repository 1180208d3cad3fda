/** What a kitchen says of an order that it makes, beside its steps: that it goes first, and which of its lines are ready. */
import { notFound, UserFault } from '../../../platform/errors.js';
import { type Change, recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import { type OrderPriority, type OrderRecord, positionOf } from '../domain/order.js';
import { isVoided } from '../domain/order-state.js';
import { kitchenTopic } from '../published.js';
import type { OrderWork } from '../store/database.js';
import { findAndLockOrders, updateLineReady, updatePriority } from '../store/order-changes.js';

/** @throws UserFault INVALID_STATE for an order that has ended. */
export function setPriority(
  context: Context,
  orderId: string,
  priority: OrderPriority,
): Promise<OrderRecord> {
  return changeTicket(context, 'setPriority', orderId, async ({ tx }, order) => {
    if (order.status === 'COMPLETED' || isVoided(order.status)) throw refusal(order);
    await updatePriority(tx, orderId, priority);
    return { before: { priority: order.priority }, after: { priority }, order: { ...order, priority } };
  });
}

/**
 * Says of one line whether it is ready. The order stays as it is, even when all of them are: who hands it over says so (`markReady`).
 * @throws UserFault INVALID_STATE for an order that is not being made.
 */
export function setLineReady(
  context: Context,
  orderId: string,
  lineId: string,
  isReady: boolean,
): Promise<OrderRecord> {
  return changeTicket(context, 'setLineReady', orderId, async ({ tx }, order) => {
    if (order.status !== 'PREPARING') throw refusal(order);
    const position = positionOf(lineId, orderId);
    if (position === null) throw notFound('OrderLine');
    const changed = await updateLineReady(tx, { orderId, position }, isReady ? new Date() : null);
    if (changed === null) throw notFound('OrderLine');
    const wasReady = changed.before !== null;
    if (wasReady === isReady) return { before: {}, after: {}, order };
    return { before: { isReady: wasReady }, after: { lineId, isReady }, order };
  });
}

type TicketChange = Pick<Change, 'before' | 'after'> & { readonly order: OrderRecord };

/**
 * Runs `change` with the order locked, records it, and reports it to the kitchen.
 * @throws NOT_FOUND for an order that is not of an outlet whose kitchen is the caller's.
 */
async function changeTicket(
  context: Context,
  action: string,
  orderId: string,
  change: (work: OrderWork, order: OrderRecord) => Promise<TicketChange>,
): Promise<OrderRecord> {
  const { database, identity, cause, loaders } = context;
  const scope = scopeFor(identity, 'orders:prepare');
  if (!isId(orderId)) throw notFound('Order');
  const changed = await database.work(cause, async (work) => {
    const locked = (await findAndLockOrders(work.tx, [orderId])).get(orderId)?.order;
    const order = locked ?? (await loaders.order.clear(orderId).load(orderId));
    if (order === null || !covers(scope, order)) throw notFound('Order');
    if (locked === undefined) throw refusal(order);
    const { order: after, ...record } = await change(work, order);
    recordChange(work, context, { action, entity: { type: 'Order', id: orderId }, tenant: order, ...record });
    work.publish(kitchenTopic(order.outletId), { id: orderId, version: order.version });
    return after;
  });
  loaders.order.clear(orderId).prime(orderId, changed);
  loaders.lines.clear(orderId);
  loaders.secondsBefore.clearAll();
  return changed;
}

function refusal({ status }: OrderRecord): UserFault {
  return UserFault.of('INVALID_STATE', `The order is ${status}.`, ['orderId']);
}
