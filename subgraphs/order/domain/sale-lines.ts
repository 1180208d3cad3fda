/**
 * What a change of an order adds to the sales figures, line by line: what it sold on the day of its payment, what it took back on the day of a
 * refund, a lost dispute or its end. Gross is lines at their prices; discounts are those of promotions, and rewards spread over the lines to the
 * rupiah; gross less discounts less refunds is the revenue. What is of the whole order (service charge, taxes, rounding, tips) is at its first line.
 */
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { add } from '../../../platform/money.js';
import { type OrderCharges, sharesBetween, sharesOfPart, taxSum } from '../../../platform/order-charges.js';
import { spread } from './spread.js';

/** What stands beside the revenue of an outlet's day, but for `taxIncluded`, which is in it. */
export interface DayCharges {
  readonly serviceCharge: number;
  readonly taxAdded: number;
  readonly taxIncluded: number;
  readonly rounding: number;
  readonly tips: number;
}

export const NO_DAY_CHARGES: DayCharges = {
  ...{ serviceCharge: 0, taxAdded: 0, taxIncluded: 0, rounding: 0, tips: 0 },
};

/** An outlet's day and hour. */
export interface SaleMoment {
  readonly day: CalendarDay;
  readonly hour: number;
}

/** An order's share in the sales figures. */
export interface SaleState {
  /** When it was sold; null unless the order counts as sold. */
  readonly sold: SaleMoment | null;
  /** Rupiah of its payment that are gone so far: given back, or lost to disputes. */
  readonly refunded: number;
}

/** An order whose share in the sales figures has changed. */
export interface ChangedSale {
  readonly orderId: string;
  readonly outletId: string;
  readonly franchiseId: string;
  /** Who took it at the counter; null for an order that its customer placed. */
  readonly staffId: string | null;
  /** How the payment was made that met its total; null while none has. */
  readonly method: string | null;
  readonly before: SaleState;
  readonly after: SaleState;
  /** When it was refunded or voided, its dispute lost, or a tip given. */
  readonly at: SaleMoment;
  /** Tips that came with it, or below 0 went back. */
  readonly tips: number;
  readonly rewardDiscount: number;
  readonly charges: OrderCharges;
  readonly lines: readonly SoldLine[];
}

export interface SoldLine {
  readonly position: number;
  readonly menuItemId: string;
  readonly quantity: number;
  readonly subtotal: number;
  /** What a promotion took off the line. */
  readonly discount: number;
  readonly promotionId: string | null;
  readonly optionIds: readonly string[];
}

/** What a line adds to an outlet's day. */
export interface SaleLine extends DayCharges, SaleMoment {
  readonly orderId: string;
  readonly position: number;
  readonly outletId: string;
  readonly franchiseId: string;
  readonly staffId: string | null;
  readonly method: string | null;
  readonly menuItemId: string;
  readonly promotionId: string | null;
  readonly optionIds: readonly string[];
  /** 1 where its order is sold, -1 where it counts as sold no more, 0 otherwise. */
  readonly sold: 1 | 0 | -1;
  readonly units: number;
  readonly gross: number;
  readonly discounts: number;
  readonly refunds: number;
}

/** Whether an order's share differs at all. */
export function isSaleChanged(before: SaleState, after: SaleState): boolean {
  return before.sold?.day !== after.sold?.day || (after.sold !== null && before.refunded !== after.refunded);
}

/** Lines that change nothing are left out. */
export function saleLines(sale: ChangedSale): SaleLine[] {
  const { before, after, at } = sale;
  const isNew = before.sold === null && after.sold !== null;
  const isVoided = before.sold !== null && after.sold === null;
  const counts = after.sold !== null || before.sold !== null;
  const gone = goneOf(sale);
  return [
    ...(isNew && after.sold !== null ? linesAt(sale, after.sold, 1, soldOf(sale)) : []),
    ...(isVoided && before.sold !== null ? linesAt(sale, before.sold, -1, NOTHING) : []),
    ...(counts
      ? linesAt(sale, at, 0, gone(isNew ? 0 : before.refunded, isVoided ? null : after.refunded))
      : []),
    ...linesAt(sale, at, 0, { ...NOTHING, charges: { ...NO_DAY_CHARGES, tips: sale.tips } }),
  ];
}

interface Amounts {
  readonly gross: readonly number[];
  readonly discounts: readonly number[];
  readonly refunds: readonly number[];
  readonly charges: DayCharges;
}

const NOTHING: Amounts = { gross: [], discounts: [], refunds: [], charges: NO_DAY_CHARGES };

function soldOf({ rewardDiscount, lines, charges }: ChangedSale): Amounts {
  const shares = rewardShares(rewardDiscount, lines);
  return {
    gross: lines.map(({ subtotal, discount }) => add(subtotal, discount)),
    discounts: lines.map(({ discount }, index) => add(discount, shares[index] ?? 0)),
    refunds: [],
    charges: dayCharges(charges, 1),
  };
}

/** What the rupiah of the order's total from one to another take with them; null stands for all of it. */
function goneOf({ rewardDiscount, lines, charges }: ChangedSale) {
  const shares = rewardShares(rewardDiscount, lines);
  const paid = lines.map(({ subtotal }, index) => subtotal - (shares[index] ?? 0));
  const total = add(...paid, charges.serviceCharge, taxSum(charges.taxes, false), charges.rounding);
  return (from: number, to: number | null): Amounts => {
    const bounded = { from: Math.min(from, total), to: Math.min(to ?? total, total) };
    const leaving = sharesBetween(charges, total, bounded);
    const { lines: before } = sharesOfPart(charges, total, bounded.from);
    const [earlier, later] = [spread(before, paid), spread(before + leaving.lines, paid)];
    const refunds = later.map((amount, index) => amount - (earlier[index] ?? 0));
    return { ...NOTHING, refunds, charges: dayCharges(leaving, -1) };
  };
}

function rewardShares(rewardDiscount: number, lines: readonly SoldLine[]): number[] {
  return spread(
    rewardDiscount,
    lines.map(({ subtotal }) => subtotal),
  );
}

function dayCharges({ serviceCharge, taxes, rounding }: OrderCharges, sign: 1 | -1): DayCharges {
  return {
    serviceCharge: add(0, sign * serviceCharge),
    taxAdded: add(0, sign * taxSum(taxes, false)),
    taxIncluded: add(0, sign * taxSum(taxes, true)),
    rounding: add(0, sign * rounding),
    tips: 0,
  };
}

function linesAt(
  { orderId, outletId, franchiseId, staffId, method, lines }: ChangedSale,
  { day, hour }: SaleMoment,
  sold: SaleLine['sold'],
  { gross, discounts, refunds, charges }: Amounts,
): SaleLine[] {
  return lines
    .map(({ position, menuItemId, promotionId, optionIds, quantity }, index) => ({
      ...{
        orderId,
        position,
        outletId,
        franchiseId,
        staffId,
        method,
        day,
        hour,
        menuItemId,
        promotionId,
        optionIds,
      },
      ...{ sold, units: add(0, sold * quantity), gross: gross[index] ?? 0, discounts: discounts[index] ?? 0 },
      refunds: refunds[index] ?? 0,
      ...(index === 0 ? charges : NO_DAY_CHARGES),
    }))
    .filter(
      (line) =>
        [line.sold, line.gross, line.discounts, line.refunds].some((figure) => figure !== 0) ||
        Object.keys(NO_DAY_CHARGES).some((charge) => isCharge(charge) && line[charge] !== 0),
    );
}

function isCharge(name: string): name is keyof DayCharges {
  return Object.hasOwn(NO_DAY_CHARGES, name);
}
