/** `Order` and its lines. By reference or by id, an order is the caller's own or one of an outlet where the caller works. */
import { rupiah } from '../../../platform/money.js';
import type {
  OrderLineOptionResolvers,
  OrderLineResolvers,
  OrderResolvers,
} from '../../../schema/types/order.js';
import { estimatedReadyAt } from '../domain/estimate.js';
import { lineIdOf } from '../domain/order.js';
import { isMade } from '../domain/order-state.js';

export const Order: OrderResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.order.load(id),
  customer: ({ customerId }) => ({ id: customerId }),
  outlet: ({ outletId }) => ({ id: outletId }),
  async lines({ id, status, outletId }, _args, { loaders }) {
    const lines = await loaders.lines.load(id);
    return lines.map((line) => ({
      ...{ ...line, outletId },
      isReady: line.readyAt !== null || isMade(status),
    }));
  },
  rewardDiscount: ({ rewardDiscount }) => rupiah(rewardDiscount),
  total: ({ total }) => rupiah(total),
  redemptionIds: ({ id, rewardDiscount }, _args, { loaders }) =>
    rewardDiscount === 0 ? [] : loaders.redemptionIds.load(id),
  statusHistory: ({ id }, _args, { loaders }) => loaders.statusHistory.load(id),
  async estimatedReadyAt(parent, _args, { loaders }) {
    if (estimatedReadyAt(parent, 0, new Date()) === null) return null;
    return estimatedReadyAt(parent, await loaders.secondsBefore.load(parent), new Date());
  },
};

export const OrderLine: OrderLineResolvers = {
  id: ({ orderId, position }) => lineIdOf(orderId, position),
  menuItem: ({ menuItemId }) => ({ id: menuItemId }),
  station: async ({ outletId, menuItemId }, _args, { loaders }) =>
    (await loaders.stations.load(outletId)).get(menuItemId) ?? null,
  unitPrice: ({ unitPrice }) => rupiah(unitPrice),
  discount: ({ discount }) => rupiah(discount),
  subtotal: ({ subtotal }) => rupiah(subtotal),
};

export const OrderLineOption: OrderLineOptionResolvers = {
  group: ({ groupName }) => (groupName === null ? null : { name: groupName }),
  priceDelta: ({ priceDelta }) => rupiah(priceDelta),
};
