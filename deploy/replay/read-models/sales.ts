/** Sales figures of outlets by day, and by day and menu item: the sums of what events of orders add to them. */
import type { DaySales } from '../../../platform/events/event-types.js';
import { add } from '../../../platform/money.js';
import type { HistoryEvent } from '../rebuild/history-event.js';
import type { ReadModel, ReadModelTable, Row } from './read-model.js';

const FIGURES = ['orders', 'units', 'revenue', 'gross', 'refunds'] as const;
const CHARGES = ['service_charge', 'tax_added', 'tax_included', 'rounding', 'tips'] as const;

const TYPES = [
  'order.paid',
  'order.cancelled',
  'order.refunded',
  'order.sale-changed',
  'sales.carried-forward',
] as const;

export const SALES: ReadModel = {
  name: 'sales',
  subgraph: 'order',
  revision: 3,
  types: TYPES,
  tables: [
    sums('sales_day', ['outlet_id', 'day'], [...FIGURES, ...CHARGES], (sales) => {
      const { day, orders, units, revenue, gross = 0, refunds = 0 } = sales;
      const { serviceCharge = 0, taxAdded = 0, taxIncluded = 0, rounding = 0, tips = 0 } = sales;
      const charges = {
        service_charge: serviceCharge,
        tax_added: taxAdded,
        tax_included: taxIncluded,
        ...{ rounding, tips },
      };
      return [{ day, orders, units, revenue, gross, refunds, ...charges }];
    }),
    sums('sales_day_item', ['outlet_id', 'day', 'menu_item_id'], FIGURES, ({ day, items }) =>
      items.map(({ menuItemId, orders, units, revenue, gross = 0, refunds = 0 }) => ({
        ...{ day, menu_item_id: menuItemId, orders, units, revenue, gross, refunds },
      })),
    ),
  ],
};

function sums(
  name: string,
  key: readonly string[],
  figures: readonly string[],
  rowsOfDay: (day: DaySales) => Row[],
): ReadModelTable {
  return {
    name,
    key,
    rowsOf: (event) => {
      if (!saysSales(event)) return [];
      const { outletId, franchiseId, sales = [] } = event.data;
      return sales
        .flatMap(rowsOfDay)
        .map((row) => ({ outlet_id: outletId, franchise_id: franchiseId, ...row }));
    },
    merge: (one, other) => ({
      ...one,
      ...Object.fromEntries(
        figures.map((figure) => [figure, add(Number(one[figure]), Number(other[figure]))]),
      ),
    }),
    isNothing: (row) => figures.every((figure) => row[figure] === 0),
  };
}

function saysSales(event: HistoryEvent): event is HistoryEvent & { readonly type: (typeof TYPES)[number] } {
  return TYPES.some((type) => type === event.type);
}
