/** `Outlet` as far as orders go: its name, from the copy, and its orders, for its staff. */
import { isId } from '../../../platform/ids.js';
import type { OutletResolvers } from '../../../schema/types/order.js';
import { listOrdersOfOutlet } from '../operations/list-orders.js';
import { findOutlet } from '../operations/outlets.js';

export const Outlet: OutletResolvers = {
  __resolveReference: ({ id }) => (isId(id) ? { id } : null),
  name: async ({ id }, _args, context) => (await findOutlet(context, id)).name,
  orders: ({ id }, args, context) => listOrdersOfOutlet(context, id, args),
};
