/** `SalesForecast`. */
import type { SalesForecastResolvers } from '../../../schema/types/order.js';

export const SalesForecast: SalesForecastResolvers = {
  outlet: ({ outletId }) => ({ id: outletId }),
  menuItem: ({ menuItemId }) => (menuItemId === null ? null : { id: menuItemId }),
  ageSeconds: ({ madeAt }) => Math.max(0, Math.round((Date.now() - madeAt.getTime()) / 1_000)),
};
