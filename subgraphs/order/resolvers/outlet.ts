/** `Outlet` as orders see it: its name from the copy, and its orders for its staff. */
import { ErrorCode, notFound, requestError } from '../../../platform/errors.js';
import { covers, type Permission, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import {
  type Connection,
  connectionOf,
  type Page,
  type PageArguments,
  pageOf,
} from '../../../platform/paging.js';
import type { OutletResolvers, QueryResolvers } from '../../../schema/types/order.js';
import type { Context } from '../context.js';
import type { OrderStatus } from '../domain/order-state.js';
import type { OutletRecord } from '../store/menu-read-model.js';
import type { OrderRecord } from '../store/records.js';

export const orders: Required<QueryResolvers>['orders'] = (_root, { outletId, ...args }, context) =>
  ordersOfOutlet(context, outletId, args);

export const Outlet: OutletResolvers = {
  __resolveReference: ({ id }) => (isId(id) ? { id } : null),
  name({ id }, _args, { catalogue }) {
    const outlet = catalogue.outlet(id);
    if (outlet === undefined) throw notFound('Outlet');
    return outlet.name;
  },
  orders: ({ id }, args, context) => ordersOfOutlet(context, id, args),
};

/** @throws NOT_FOUND for an outlet that does not exist or where the caller lacks the permission. */
export function outletWithin(
  { catalogue, identity }: Context,
  permission: Permission,
  outletId: string,
): OutletRecord {
  const outlet = catalogue.outlet(outletId);
  const scope = scopeFor(identity, permission);
  if (outlet === undefined || !covers(scope, { franchiseId: outlet.franchiseId, outletId }))
    throw notFound('Outlet');
  return outlet;
}

/** A page of orders goes on after an order's id. */
export function orderPageOf(args: PageArguments): Page {
  const page = pageOf(args);
  if (page.after !== null && !isId(page.after)) {
    throw requestError(ErrorCode.BAD_USER_INPUT, 'after is not a cursor of this list');
  }
  return page;
}

async function ordersOfOutlet(
  context: Context,
  outletId: string,
  { status, ...args }: PageArguments & { readonly status?: readonly OrderStatus[] | null },
): Promise<Connection<OrderRecord>> {
  outletWithin(context, 'orders:read', outletId);
  const page = orderPageOf(args);
  const statuses = status == null ? null : [...new Set(status)].sort();
  const rows = await context.loaders.page({ owner: 'outlet', ownerId: outletId }, page, statuses);
  return connectionOf(page, rows, ({ id }) => id);
}
