/**
 * Sales figures: what orders add when they are paid and subtract when they are cancelled or refunded, summed by outlet and
 * day, and by outlet, day and menu item. The sums of any set of orders are the sums of its parts.
 */
import { add } from '../../../platform/money.js';

export interface SoldOrder {
  readonly outletId: string;
  readonly franchiseId: string;
  /** The outlet's day on which it was paid. */
  readonly day: string;
  readonly lines: readonly {
    readonly menuItemId: string;
    readonly quantity: number;
    readonly subtotal: number;
  }[];
}

export interface SalesFigures {
  readonly orders: number;
  readonly units: number;
  readonly revenue: number;
}

export interface SalesChange extends SalesFigures {
  readonly outletId: string;
  readonly franchiseId: string;
  readonly day: string;
  /** Null for the outlet's whole day. */
  readonly menuItemId: string | null;
}

export const NO_SALES: SalesFigures = { orders: 0, units: 0, revenue: 0 };

/** @returns one change for each outlet, day and item that differs in the end, in the order of their keys. */
export function salesChanges(sold: readonly SoldOrder[], takenBack: readonly SoldOrder[]): SalesChange[] {
  const sums = new Map<string, SalesChange>();
  for (const change of [
    ...sold.flatMap((order) => changesOf(order, 1)),
    ...takenBack.flatMap((order) => changesOf(order, -1)),
  ]) {
    const key = `${change.outletId} ${change.day} ${change.menuItemId ?? ''}`;
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? change : { ...change, ...addFigures(sum, change) });
  }
  return [...sums]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, change]) => change)
    .filter(({ orders, units, revenue }) => orders !== 0 || units !== 0 || revenue !== 0);
}

export function addFigures(one: SalesFigures, other: SalesFigures): SalesFigures {
  return {
    orders: add(one.orders, other.orders),
    units: add(one.units, other.units),
    revenue: add(one.revenue, other.revenue),
  };
}

function changesOf({ outletId, franchiseId, day, lines }: SoldOrder, sign: 1 | -1): SalesChange[] {
  const byItem = new Map<string, { units: number; revenue: number }>();
  for (const { menuItemId, quantity, subtotal } of lines) {
    const sum = byItem.get(menuItemId) ?? { units: 0, revenue: 0 };
    byItem.set(menuItemId, { units: sum.units + quantity, revenue: add(sum.revenue, subtotal) });
  }
  const figures = (units: number, revenue: number) => ({
    orders: sign,
    units: sign * units,
    revenue: sign * revenue,
  });
  const place = { outletId, franchiseId, day };
  const whole = [...byItem.values()];
  return [
    {
      ...place,
      menuItemId: null,
      ...figures(
        whole.reduce((sum, { units }) => sum + units, 0),
        add(...whole.map(({ revenue }) => revenue)),
      ),
    },
    ...[...byItem].map(([menuItemId, { units, revenue }]) => ({
      ...place,
      menuItemId,
      ...figures(units, revenue),
    })),
  ];
}
