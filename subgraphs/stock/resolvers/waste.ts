/** `Waste` and `ExpiringBatch`. */
import { daysBetween, todayIn } from '../../../platform/kit/calendar.js';
import type { ExpiringBatchResolvers, WasteResolvers } from '../../../schema/types/stock.js';
import { found } from './found.js';

export const Waste: WasteResolvers = {
  stockItem: ({ stockItemId }, _, { loaders }) => found(loaders.item.load(stockItemId), 'Stock item'),
  madeBy: ({ madeBy }) => ({ id: madeBy }),
};

export const ExpiringBatch: ExpiringBatchResolvers = {
  stockItem: ({ stockItemId }, _, { loaders }) => found(loaders.item.load(stockItemId), 'Stock item'),
  async daysLeft({ outletId, bestBefore }, _, { loaders }) {
    const { timeZone } = await found(loaders.outlet.load(outletId), 'Outlet');
    return daysBetween(todayIn(timeZone), bestBefore);
  },
  alertedAt: async ({ key }, _, { loaders }) => (await loaders.expiryAlert.load(key))?.alertedAt ?? null,
  delivery: ({ deliveryId }, _, { loaders }) => found(loaders.delivery.load(deliveryId), 'Delivery'),
};
