/** `AccountExport`: the caller's own, whatever a request names. */
import { callerOf } from '../../../platform/identity/identity.js';
import { readExport } from '../../../platform/kit/personal-export.js';
import type { AccountExportResolvers, ExportedOrderResolvers } from '../../../schema/types/order.js';
import { listOrdersOfCustomer } from '../operations/list-orders.js';
import { EXPORTED } from '../store/exported.js';

export const AccountExport: AccountExportResolvers = {
  __resolveReference: (_reference, { identity }) => ({ id: callerOf(identity) }),
  cartRecords: (_parent, page, { ownDatabase, identity }) =>
    readExport(ownDatabase.pool, EXPORTED, callerOf(identity), page),
  orders: (_parent, { first, after }, context) =>
    listOrdersOfCustomer(context, callerOf(context.identity), { first: first ?? null, after: after ?? null }),
};

export const ExportedOrder: ExportedOrderResolvers = {
  __resolveReference: async ({ id }, { identity, loaders }) => {
    const order = await loaders.order.load(id);
    return order?.customerId === callerOf(identity) ? { id: order.id } : null;
  },
  data: ({ id }, _args, { exportedOrders }) => exportedOrders.load(id),
};
