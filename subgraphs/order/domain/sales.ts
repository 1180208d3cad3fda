/**
 * Sales figures: what orders add when they are paid and subtract when they are refunded, disputed or voided, summed by outlet
 * and day, and by outlet, day and menu item. Orders and units count on the day of the payment; revenue falls on the day of the
 * refund, or on which a dispute is lost.
 * The figures of an outlet's day are always the sums of its items'.
 */
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { add } from '../../../platform/money.js';
import { spread } from './spread.js';

export interface SalesFigures {
  readonly orders: number;
  readonly units: number;
  readonly revenue: number;
}

export const NO_SALES: SalesFigures = { orders: 0, units: 0, revenue: 0 };

/** An order's share in the sales figures. */
export interface SaleState {
  /** Null unless the order counts as sold. */
  readonly salesDay: CalendarDay | null;
  /** Rupiah of its payment that are gone so far: given back, or lost to disputes. */
  readonly refunded: number;
}

/** An order whose share in the sales figures has changed. */
export interface ChangedSale {
  readonly outletId: string;
  readonly franchiseId: string;
  readonly before: SaleState;
  readonly after: SaleState;
  /** The outlet's day on which it was refunded or voided, or its dispute lost. */
  readonly day: CalendarDay;
  readonly rewardDiscount: number;
  readonly lines: readonly SoldLine[];
}

export interface SoldLine {
  readonly menuItemId: string;
  readonly quantity: number;
  readonly subtotal: number;
  /** What a promotion took off the line. */
  readonly discount: number;
}

export interface SalesChange extends SalesFigures {
  readonly outletId: string;
  readonly franchiseId: string;
  readonly day: CalendarDay;
  /** Null for the outlet's whole day. */
  readonly menuItemId: string | null;
}

/** The changes of one day. */
export interface DaySales extends SalesFigures {
  readonly day: CalendarDay;
  /** What promotions and rewards took off the orders; left out where that is nothing. */
  readonly discounts?: number;
  readonly items: (SalesFigures & { readonly menuItemId: string })[];
}

/** Whether an order's share differs at all. */
export function isSaleChanged(before: SaleState, after: SaleState): boolean {
  return (
    before.salesDay !== after.salesDay || (after.salesDay !== null && before.refunded !== after.refunded)
  );
}

/** @returns one change for each outlet, day and item whose figures differ, in the order of their keys. */
export function salesChanges(sales: readonly ChangedSale[]): SalesChange[] {
  const sums = new Map<string, SalesChange>();
  for (const change of sales.flatMap(changesOf)) {
    const key = `${change.outletId} ${change.day} ${change.menuItemId ?? ''}`;
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? change : { ...change, ...addFigures(sum, change) });
  }
  return [...sums]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, change]) => change)
    .filter(({ orders, units, revenue }) => orders !== 0 || units !== 0 || revenue !== 0);
}

/** The changes by day, as events say them. */
function daySales(changes: readonly SalesChange[]): DaySales[] {
  const days = new Map<CalendarDay, { figures: SalesFigures; items: DaySales['items'] }>();
  for (const { day, menuItemId, orders, units, revenue } of changes) {
    const of = days.get(day) ?? { figures: NO_SALES, items: [] };
    days.set(day, of);
    if (menuItemId === null) of.figures = { orders, units, revenue };
    else of.items.push({ menuItemId, orders, units, revenue });
  }
  return [...days].map(([day, { figures, items }]) => ({ day, ...figures, items }));
}

/** What one order has added, with what was taken off it: on the day that it counts on. */
export function salesOfOrder(sale: ChangedSale): DaySales[] {
  const { before, after, rewardDiscount, lines } = sale;
  const discount = add(rewardDiscount, ...lines.map((line) => line.discount));
  return daySales(salesChanges([sale])).map((added) => {
    const counted = Number(added.day === after.salesDay) - Number(added.day === before.salesDay);
    return counted * discount === 0 ? added : { ...added, discounts: counted * discount };
  });
}

export function addFigures(one: SalesFigures, other: SalesFigures): SalesFigures {
  return {
    orders: add(one.orders, other.orders),
    units: add(one.units, other.units),
    revenue: add(one.revenue, other.revenue),
  };
}

function changesOf(sale: ChangedSale): SalesChange[] {
  const { before, after, day, lines } = sale;
  const paid = paidPerLine(sale);
  const givenBack = (refunded: number) => spread(Math.min(refunded, add(...paid)), paid);
  const nothing = lines.map(() => 0);
  if (after.salesDay === null) {
    if (before.salesDay === null) return [];
    const alreadyBack = givenBack(before.refunded);
    const rest = paid.map((amount, index) => (alreadyBack[index] ?? 0) - amount);
    return [...figures(sale, before.salesDay, -1, nothing), ...figures(sale, day, 0, rest)];
  }
  const isNew = before.salesDay === null;
  const [earlier, now] = [isNew ? nothing : givenBack(before.refunded), givenBack(after.refunded)];
  const back = now.map((amount, index) => (earlier[index] ?? 0) - amount);
  return [...(isNew ? figures(sale, after.salesDay, 1, paid) : []), ...figures(sale, day, 0, back)];
}

/** What was paid for each line: its subtotal, less its share of the rewards. */
function paidPerLine({ rewardDiscount, lines }: ChangedSale): number[] {
  const subtotals = lines.map(({ subtotal }) => subtotal);
  const shares = spread(rewardDiscount, subtotals);
  return subtotals.map((subtotal, index) => subtotal - (shares[index] ?? 0));
}

/** The same change for the outlet's day and for each item; an order counts once for each of its items. */
function figures(
  { outletId, franchiseId, lines }: ChangedSale,
  day: CalendarDay,
  orders: 1 | 0 | -1,
  revenues: readonly number[],
): SalesChange[] {
  const byItem = new Map<string, SalesFigures>();
  for (const [index, { menuItemId, quantity }] of lines.entries()) {
    const line = { orders: 0, units: orders * quantity, revenue: revenues[index] ?? 0 };
    byItem.set(menuItemId, addFigures(byItem.get(menuItemId) ?? { ...NO_SALES, orders }, line));
  }
  const whole = [...byItem.values()].reduce(addFigures, NO_SALES);
  const place = { outletId, franchiseId, day };
  return [
    { ...place, menuItemId: null, ...whole, orders },
    ...[...byItem].map(([menuItemId, sum]) => ({ ...place, menuItemId, ...sum })),
  ];
}
