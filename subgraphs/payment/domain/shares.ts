/**
 * What the money of a payment is for: its order, a tip, or nothing, in which case it goes back. Money that leaves a payment, by refunds or
 * by disputes that are lost, is taken first of what is for nothing, then of the order's, and of the tip last.
 */
import { add } from '../../../platform/money.js';

export interface MoneyShares {
  /** For no order: it is owed to whom it came from. */
  readonly surplus: number;
  /** For the order. */
  readonly sale: number;
  readonly tip: number;
}

export interface SharedMoney {
  /** All that is charged, the tip included. */
  readonly amount: number;
  readonly tip: number;
  /** What of it came above the order's total. */
  readonly excess: number;
  /** All of it is for no order. */
  readonly isSurplus: boolean;
}

export function sharesOf({ amount, tip, excess, isSurplus }: SharedMoney): MoneyShares {
  if (isSurplus) return { surplus: amount, sale: 0, tip: 0 };
  return { surplus: excess, sale: amount - tip - excess, tip };
}

/** What an amount that leaves a payment takes of each share. @param gone what has left it before. */
export function sharesLeaving(payment: SharedMoney, gone: number, amount: number): MoneyShares {
  const { surplus, sale } = sharesOf(payment);
  const within = (start: number, end: number) =>
    Math.max(0, Math.min(gone + amount, end) - Math.max(gone, start));
  return {
    surplus: within(0, surplus),
    sale: within(surplus, surplus + sale),
    tip: within(surplus + sale, payment.amount),
  };
}

/** What of the order's money has left a payment. @param gone by refunds and disputes that were lost. */
export function saleGone(payment: SharedMoney, gone: number): number {
  return sharesLeaving(payment, 0, gone).sale;
}

/** What a payment adds to what is paid of its order: a captured one less what goes back or is disputed. */
export function paidOf(
  payment: SharedMoney & { readonly refundsHeld: number; readonly disputesHeld: number },
): number {
  return sharesOf(payment).sale - saleGone(payment, add(payment.refundsHeld, payment.disputesHeld));
}
