/**
 * Sales figures: what orders add when they are paid and subtract when they are refunded, disputed or voided, summed by outlet
 * and day, and by outlet, day and menu item. Orders and units count on the day of the payment; revenue falls on the day of the
 * refund, or on which a dispute is lost. Revenue is the lines' money, with the taxes in their prices; beside it stand, of outlets' days
 * alone, service charges, taxes and rounding, which fall with the same refunds in proportion, and tips.
 * The figures of an outlet's day are always the sums of its items'.
 */
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { add } from '../../../platform/money.js';
import { type ChangedSale, type DayCharges, NO_DAY_CHARGES, type SaleLine, saleLines } from './sale-lines.js';

export interface SalesFigures {
  readonly orders: number;
  readonly units: number;
  /** Lines at their prices, with the taxes in them. */
  readonly gross: number;
  /** What was given back of lines, or lost to disputes. */
  readonly refunds: number;
  /** Gross less discounts less refunds. */
  readonly revenue: number;
}

export const NO_SALES: SalesFigures = { orders: 0, units: 0, gross: 0, refunds: 0, revenue: 0 };

export interface SalesChange extends SalesFigures {
  readonly outletId: string;
  readonly franchiseId: string;
  readonly day: CalendarDay;
  /** Null for the outlet's whole day. */
  readonly menuItemId: string | null;
  /** Of the outlet's whole day; left out where all are 0. */
  readonly charges?: DayCharges | undefined;
}

/** The changes of one day; figures that are 0 are left out where they may be. */
export interface DaySales extends EventFigures, Partial<DayCharges> {
  readonly day: CalendarDay;
  /** What promotions and rewards took off the orders; left out where that is nothing. */
  readonly discounts?: number;
  readonly items: (EventFigures & { readonly menuItemId: string })[];
}

type EventFigures = Pick<SalesFigures, 'orders' | 'units' | 'revenue'> &
  Partial<Pick<SalesFigures, 'gross' | 'refunds'>>;

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
      ({ orders, units, gross, refunds, revenue, charges }) =>
        [orders, units, gross, refunds, revenue].some((figure) => figure !== 0) || charges !== undefined,
    );
}

function added(one: SalesChange, other: SalesChange): SalesChange {
  const charges = addCharges(one.charges ?? NO_DAY_CHARGES, other.charges ?? NO_DAY_CHARGES);
  return { ...other, ...addFigures(one, other), charges: ifAny(charges) };
}

function ifAny(charges: DayCharges): DayCharges | undefined {
  return Object.values(charges).some((amount) => amount !== 0) ? charges : undefined;
}

interface DayFigures {
  figures: EventFigures & Partial<DayCharges>;
  readonly items: DaySales['items'];
}

/** The changes by day, as events say them. */
function daySales(changes: readonly SalesChange[]): DaySales[] {
  const days = new Map<CalendarDay, DayFigures>();
  for (const change of changes) {
    const { day, menuItemId, charges = NO_DAY_CHARGES } = change;
    const of: DayFigures = days.get(day) ?? { figures: NO_SALES, items: [] };
    days.set(day, of);
    if (menuItemId === null) of.figures = { ...eventFigures(change), ...withoutZeros(charges) };
    else of.items.push({ menuItemId, ...eventFigures(change) });
  }
  return [...days].map(([day, { figures, items }]) => ({ day, ...figures, items }));
}

function eventFigures({ orders, units, revenue, gross, refunds }: SalesFigures): EventFigures {
  return { orders, units, revenue, ...withoutZeros({ gross, refunds }) };
}

function withoutZeros<Amounts extends object>(amounts: Amounts): Partial<Amounts> {
  const some: Partial<Amounts> = { ...amounts };
  for (const name in some) if (some[name] === 0) delete some[name];
  return some;
}

/** What one order has added, with what was taken off it: on the day that it counts on. */
export function salesOfOrder(sale: ChangedSale): DaySales[] {
  const { before, after, rewardDiscount, lines } = sale;
  const discount = add(rewardDiscount, ...lines.map((line) => line.discount));
  return daySales(salesChanges([sale])).map((added) => {
    const counted = Number(added.day === after.sold?.day) - Number(added.day === before.sold?.day);
    return counted * discount === 0 ? added : { ...added, discounts: counted * discount };
  });
}

export function addFigures(one: SalesFigures, other: SalesFigures): SalesFigures {
  return {
    orders: add(one.orders, other.orders),
    units: add(one.units, other.units),
    gross: add(one.gross, other.gross),
    refunds: add(one.refunds, other.refunds),
    revenue: add(one.revenue, other.revenue),
  };
}

function addCharges(one: DayCharges, other: DayCharges): DayCharges {
  return {
    serviceCharge: add(one.serviceCharge, other.serviceCharge),
    taxAdded: add(one.taxAdded, other.taxAdded),
    taxIncluded: add(one.taxIncluded, other.taxIncluded),
    rounding: add(one.rounding, other.rounding),
    tips: add(one.tips, other.tips),
  };
}

/** By outlet and day, and by item; an order counts once for each of its items. */
function changesOf(sale: ChangedSale): SalesChange[] {
  const sums = new Map<string, SalesChange>();
  const counted = new Set<string>();
  for (const line of saleLines(sale)) {
    for (const menuItemId of [null, line.menuItemId]) {
      const key = `${line.day} ${menuItemId ?? ''}`;
      const isFirst = !counted.has(`${key} ${line.sold}`);
      counted.add(`${key} ${line.sold}`);
      const change = changeBy(line, menuItemId, isFirst ? line.sold : 0);
      const sum = sums.get(key);
      sums.set(key, sum === undefined ? change : added(sum, change));
    }
  }
  return [...sums.values()];
}

function changeBy(line: SaleLine, menuItemId: string | null, orders: number): SalesChange {
  const { outletId, franchiseId, day, units, gross, discounts, refunds } = line;
  const { serviceCharge, taxAdded, taxIncluded, rounding, tips } = line;
  return {
    ...{ outletId, franchiseId, day, menuItemId, orders, units, gross, refunds },
    revenue: add(gross, -discounts, -refunds),
    ...(menuItemId === null && {
      charges: ifAny({ serviceCharge, taxAdded, taxIncluded, rounding, tips }),
    }),
  };
}
