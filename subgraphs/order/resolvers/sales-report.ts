/** `SalesReport` and its rows. */
import { rupiah } from '../../../platform/money.js';
import type { SalesReportResolvers, SalesReportRowResolvers } from '../../../schema/types/order.js';

export const SalesReport: SalesReportResolvers = {
  revenue: ({ revenue }) => rupiah(revenue),
};

export const SalesReportRow: SalesReportRowResolvers = {
  outlet: ({ by, key }) => (by === 'OUTLET' ? { id: key } : null),
  menuItem: ({ by, key }) => (by === 'MENU_ITEM' ? { id: key } : null),
  revenue: ({ revenue }) => rupiah(revenue),
};
