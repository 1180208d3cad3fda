/** `SalesReport` and its rows. */
import { rupiah } from '../../../platform/money.js';
import type { SalesReportResolvers, SalesReportRowResolvers } from '../../../schema/types/order.js';

export const SalesReport: SalesReportResolvers = {
  revenue: ({ revenue }) => rupiah(revenue),
  service: ({ charges }) => rupiah(charges.serviceCharge),
  tax: ({ charges }) => rupiah(charges.taxAdded),
  taxIncluded: ({ charges }) => rupiah(charges.taxIncluded),
  rounding: ({ charges }) => rupiah(charges.rounding),
};

export const SalesReportRow: SalesReportRowResolvers = {
  outlet: ({ by, key }) => (by === 'OUTLET' ? { id: key } : null),
  menuItem: ({ by, key }) => (by === 'MENU_ITEM' ? { id: key } : null),
  revenue: ({ revenue }) => rupiah(revenue),
  service: ({ charges }) => charges && rupiah(charges.serviceCharge),
  tax: ({ charges }) => charges && rupiah(charges.taxAdded),
  taxIncluded: ({ charges }) => charges && rupiah(charges.taxIncluded),
  rounding: ({ charges }) => charges && rupiah(charges.rounding),
};
