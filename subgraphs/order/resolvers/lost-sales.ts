/** `LostSales` and its rows. */
import { rupiah } from '../../../platform/money.js';
import type { LostSalesResolvers, LostSalesRowResolvers } from '../../../schema/types/order.js';

export const LostSales: LostSalesResolvers = {
  amount: ({ amount }) => rupiah(amount),
};

export const LostSalesRow: LostSalesRowResolvers = {
  outlet: ({ outletId }) => ({ id: outletId }),
  menuItem: ({ menuItemId }) => ({ id: menuItemId }),
  amount: ({ amount }) => rupiah(amount),
};
