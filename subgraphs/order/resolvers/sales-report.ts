/** `SalesReport`, its rows, and what they are compared with. */
import { rupiah } from '../../../platform/money.js';
import type {
  SalesComparisonFiguresResolvers,
  SalesReportResolvers,
  SalesReportRowResolvers,
} from '../../../schema/types/order.js';
import type { SalesGrouping } from '../store/sales-report.js';

const FIGURES = {
  gross: ({ gross }: { gross: number }) => rupiah(gross),
  discounts: ({ gross, refunds, revenue }: { gross: number; refunds: number; revenue: number }) =>
    rupiah(gross - refunds - revenue),
  refunds: ({ refunds }: { refunds: number }) => rupiah(refunds),
  revenue: ({ revenue }: { revenue: number }) => rupiah(revenue),
};

const CHARGES = {
  service: ({ serviceCharge }: { serviceCharge: number }) => rupiah(serviceCharge),
  tax: ({ taxAdded }: { taxAdded: number }) => rupiah(taxAdded),
  taxIncluded: ({ taxIncluded }: { taxIncluded: number }) => rupiah(taxIncluded),
  rounding: ({ rounding }: { rounding: number }) => rupiah(rounding),
  tips: ({ tips }: { tips: number }) => rupiah(tips),
};

export const SalesReport: SalesReportResolvers = { ...FIGURES, ...CHARGES };

export const SalesComparisonFigures: SalesComparisonFiguresResolvers = FIGURES;

/** Of parts of orders: what is of whole orders is nothing of theirs. */
const OF_LINES: ReadonlySet<SalesGrouping> = new Set(['MENU_ITEM', 'CATEGORY', 'OPTION', 'PROMOTION']);
const NAMED_BY_KEY: ReadonlySet<SalesGrouping> = new Set(['CITY', 'CATEGORY', 'METHOD', 'CHANNEL']);

export const SalesReportRow: SalesReportRowResolvers = {
  ...FIGURES,
  outlet: ({ by, key }) => (by === 'OUTLET' ? { id: key } : null),
  menuItem: ({ by, key }) => (by === 'MENU_ITEM' ? { id: key } : null),
  name: ({ by, key }, _args, { menu }) => {
    if (key === 'NONE') return null;
    if (NAMED_BY_KEY.has(by)) return key;
    if (by === 'OUTLET') return menu.outlet(key)?.name ?? null;
    if (by === 'MENU_ITEM') return menu.item(key)?.name ?? null;
    if (by === 'PROMOTION') return menu.promotionName(key);
    return by === 'OPTION' ? menu.optionName(key) : null;
  },
  service: (row) => (OF_LINES.has(row.by) ? null : CHARGES.service(row)),
  tax: (row) => (OF_LINES.has(row.by) ? null : CHARGES.tax(row)),
  taxIncluded: (row) => (OF_LINES.has(row.by) ? null : CHARGES.taxIncluded(row)),
  rounding: (row) => (OF_LINES.has(row.by) ? null : CHARGES.rounding(row)),
  tips: (row) => (OF_LINES.has(row.by) ? null : CHARGES.tips(row)),
};
