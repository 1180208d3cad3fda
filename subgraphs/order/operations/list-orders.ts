/** Pages of the orders of an outlet, for its staff, and of a customer. Newest first. */
import {
  type CountedConnection,
  connectionOf,
  idPageOf,
  type PageArguments,
} from '../../../platform/kit/paging.js';
import type { Context } from '../context.js';
import type { OrderRecord } from '../domain/order.js';
import { MADE_STATUSES, type OrderStatus } from '../domain/order-state.js';
import type { OrderFilter } from '../store/orders.js';
import { findOutletWithin } from './outlets.js';

export interface OrderListArguments extends PageArguments {
  readonly status?: readonly OrderStatus[] | null;
}

/** @throws NOT_FOUND for an outlet whose orders the caller may not see. */
export async function listOrdersOfOutlet(
  context: Context,
  outletId: string,
  args: OrderListArguments,
): Promise<CountedConnection<OrderRecord>> {
  const outlet = await findOutletWithin(context, 'orders:read', outletId);
  return listOrders(context, 'outlet', outlet.id, args);
}

/**
 * The orders that the outlet's kitchen has made, for its recall.
 * @throws NOT_FOUND for an outlet whose kitchen is not the caller's.
 */
export async function listMadeOrders(
  context: Context,
  outletId: string,
  args: PageArguments,
): Promise<CountedConnection<OrderRecord>> {
  const outlet = await findOutletWithin(context, 'orders:prepare', outletId);
  return listOrders(context, 'outlet', outlet.id, { ...args, status: MADE_STATUSES });
}

/** All of them for the customer; for staff, those of their outlets. */
export function listOrdersOfCustomer(
  context: Context,
  customerId: string,
  args: PageArguments,
): Promise<CountedConnection<OrderRecord>> {
  return listOrders(context, 'customer', customerId, args);
}

async function listOrders(
  { loaders }: Context,
  owner: OrderFilter['owner'],
  ownerId: string,
  { status, ...args }: OrderListArguments,
): Promise<CountedConnection<OrderRecord>> {
  const page = idPageOf(args);
  const statuses = status == null ? null : [...new Set(status)].sort();
  const rows = await loaders.ordersOf({ owner, statuses, page }).load(ownerId);
  return connectionOf(
    page,
    rows,
    ({ id }) => id,
    () => loaders.orderCount({ owner, statuses }).load(ownerId),
  );
}
