/**
 * Sales figures: what orders add when they are paid and subtract when they are refunded, disputed or voided, summed by outlet
 * and day, and by outlet, day and menu item. Orders and units count on the day of the payment; revenue falls on the day of the
 * refund, or on which a dispute is lost. Revenue is the lines' money, with the taxes in their prices; beside it stand, of outlets' days
 * alone, service charges, taxes and rounding, which fall with the same refunds in proportion.
 * The figures of an outlet's day are always the sums of its items'.
 */
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { add } from '../../../platform/money.js';
import { type OrderCharges, sharesBetween, sharesOfPart, taxSum } from '../../../platform/order-charges.js';
import { spread } from './spread.js';

export interface SalesFigures {
  readonly orders: number;
  readonly units: number;
  readonly revenue: number;
}

export const NO_SALES: SalesFigures = { orders: 0, units: 0, revenue: 0 };

/** What stands beside the revenue of an outlet's day, but for `taxIncluded`, which is in it. */
export interface DayCharges {
  readonly serviceCharge: number;
  readonly taxAdded: number;
  readonly taxIncluded: number;
  readonly rounding: number;
}

export const NO_DAY_CHARGES: DayCharges = { serviceCharge: 0, taxAdded: 0, taxIncluded: 0, rounding: 0 };

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
  readonly charges: OrderCharges;
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
  /** Of the outlet's whole day; left out where all are 0. */
  readonly charges?: DayCharges | undefined;
}

/** The changes of one day; charges that are 0 are left out. */
export interface DaySales extends SalesFigures, Partial<DayCharges> {
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
    sums.set(key, sum === undefined ? change : added(sum, change));
  }
  return [...sums]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, change]) => change)
    .filter(
      ({ orders, units, revenue, charges }) =>
        orders !== 0 || units !== 0 || revenue !== 0 || charges !== undefined,
    );
}

function added(one: SalesChange, other: SalesChange): SalesChange {
  const [ofOne, ofOther] = [one.charges ?? NO_DAY_CHARGES, other.charges ?? NO_DAY_CHARGES];
  const charges = ifAny({
    serviceCharge: add(ofOne.serviceCharge, ofOther.serviceCharge),
    taxAdded: add(ofOne.taxAdded, ofOther.taxAdded),
    taxIncluded: add(ofOne.taxIncluded, ofOther.taxIncluded),
    rounding: add(ofOne.rounding, ofOther.rounding),
  });
  return { ...other, ...addFigures(one, other), charges };
}

function ifAny(charges: DayCharges): DayCharges | undefined {
  return Object.values(charges).some((amount) => amount !== 0) ? charges : undefined;
}

interface DayFigures {
  figures: SalesFigures & Partial<DayCharges>;
  readonly items: DaySales['items'];
}

/** The changes by day, as events say them. */
function daySales(changes: readonly SalesChange[]): DaySales[] {
  const days = new Map<CalendarDay, DayFigures>();
  for (const { day, menuItemId, orders, units, revenue, charges = NO_DAY_CHARGES } of changes) {
    const of: DayFigures = days.get(day) ?? { figures: NO_SALES, items: [] };
    days.set(day, of);
    if (menuItemId === null) {
      const some = Object.fromEntries(Object.entries(charges).filter(([, amount]) => amount !== 0));
      of.figures = { orders, units, revenue, ...some };
    } else of.items.push({ menuItemId, orders, units, revenue });
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
  const { before, after, day, lines, charges } = sale;
  const paid = paidPerLine(sale);
  const sum = add(...paid);
  const total = add(sum, charges.serviceCharge, taxSum(charges.taxes, false), charges.rounding);
  /** What the rupiah of the total from one to another take with them. */
  const going = (from: number, to: number) => {
    const bounded = { from: Math.min(from, total), to: Math.min(to, total) };
    const shares = sharesBetween(charges, total, bounded);
    const { lines: before } = sharesOfPart(charges, total, bounded.from);
    const [earlier, now] = [spread(before, paid), spread(before + shares.lines, paid)];
    const revenues = now.map((amount, index) => (earlier[index] ?? 0) - amount);
    return { revenues, charges: dayCharges(shares, -1) };
  };
  const nothing = { revenues: lines.map(() => 0), charges: NO_DAY_CHARGES };
  if (after.salesDay === null) {
    if (before.salesDay === null) return [];
    return [
      ...figures(sale, before.salesDay, -1, nothing),
      ...figures(sale, day, 0, going(before.refunded, total)),
    ];
  }
  const isNew = before.salesDay === null;
  const whole = { revenues: paid, charges: dayCharges(charges, 1) };
  return [
    ...(isNew ? figures(sale, after.salesDay, 1, whole) : []),
    ...figures(sale, day, 0, going(isNew ? 0 : before.refunded, after.refunded)),
  ];
}

function dayCharges({ serviceCharge, taxes, rounding }: OrderCharges, sign: 1 | -1): DayCharges {
  return {
    serviceCharge: add(0, sign * serviceCharge),
    taxAdded: add(0, sign * taxSum(taxes, false)),
    taxIncluded: add(0, sign * taxSum(taxes, true)),
    rounding: add(0, sign * rounding),
  };
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
  { revenues, charges }: { readonly revenues: readonly number[]; readonly charges: DayCharges },
): SalesChange[] {
  const byItem = new Map<string, SalesFigures>();
  for (const [index, { menuItemId, quantity }] of lines.entries()) {
    const line = { orders: 0, units: orders * quantity, revenue: revenues[index] ?? 0 };
    byItem.set(menuItemId, addFigures(byItem.get(menuItemId) ?? { ...NO_SALES, orders }, line));
  }
  const whole = [...byItem.values()].reduce(addFigures, NO_SALES);
  const place = { outletId, franchiseId, day };
  return [
    { ...place, menuItemId: null, ...whole, orders, charges: ifAny(charges) },
    ...[...byItem].map(([menuItemId, sum]) => ({ ...place, menuItemId, ...sum })),
  ];
}
