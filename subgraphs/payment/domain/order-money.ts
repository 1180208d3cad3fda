/** What the payments of an order are to it together: how much is still owed, what the next capture makes of them, which of them counts. */
import { add } from '../../../platform/money.js';
import { isVoided, type OrderStatus } from './order-status.js';
import { isCaptured } from './payment-state.js';
import type { Payment } from './records.js';
import { paidOf, saleGone, sharesOf } from './shares.js';

/** Captured payments have met the order's total: it takes no other. */
export function isSettled(standing: readonly Payment[]): boolean {
  return standing.some(({ status, isDeposit }) => isCaptured(status) && !isDeposit);
}

/** What of the total is neither paid nor about to be. @param standing the order's payments under way or captured, no surplus. */
export function owedOf(total: number, standing: readonly Payment[]): number {
  return isSettled(standing) ? 0 : Math.max(0, total - add(...standing.map(paidOf)));
}

/** What events say of an order's money as `ofOrder`. */
export interface MoneyOfOrder {
  /** The payment that met the order's total; one of its parts while none has. */
  readonly paymentId: string;
  readonly goneTotal: number;
  readonly capturedTotal: number;
  readonly isFull: boolean;
}

/** What of a capture is for its order. */
export interface CapturedShares {
  readonly isSurplus: boolean;
  /** What of it is above the order's total. */
  readonly excess: number;
  readonly isDeposit: boolean;
}

/**
 * What a capture is: captured payments come first, whatever is under way. For an order that has ended it is money that goes back; a whole
 * payment is booked as a sale all the same, since the payment may have been captured before the order's end arrived.
 * @param standing the order's other payments.
 */
export function captureFor(
  order: { readonly total: number | null; readonly status: OrderStatus },
  payment: Payment,
  standing: readonly Payment[],
): CapturedShares {
  const captured = standing.filter(({ status }) => isCaptured(status));
  if (isSettled(captured)) return { isSurplus: true, excess: 0, isDeposit: false };
  const due = payment.amount - payment.tip;
  const open = (order.total ?? due) - add(...captured.map(paidOf));
  const isMet = due >= open;
  if (isVoided(order.status) && captured.length > 0) return { isSurplus: false, excess: 0, isDeposit: true };
  return { isSurplus: false, excess: isMet ? due - open : 0, isDeposit: !isMet };
}

/** The payment that counts of each order among these: the one that met the total, else the latest. */
export function countingPayments(payments: readonly Payment[]): Payment[] {
  const counting = new Map<string, Payment>();
  for (const payment of payments) {
    const other = counting.get(payment.orderId);
    if (other === undefined || countsBefore(payment, other)) counting.set(payment.orderId, payment);
  }
  return [...counting.values()];
}

function countsBefore(one: Payment, other: Payment): boolean {
  const [settled, otherSettled] = [settledAt(one), settledAt(other)];
  return settled === otherSettled ? one.id > other.id : settled > otherSettled;
}

/** The last capture met the total: 0 where that is not met. */
function settledAt({ status, isDeposit, paidAt }: Payment): number {
  return isCaptured(status) && !isDeposit && paidAt !== null ? paidAt.getTime() : 0;
}

/**
 * What refunds and lost disputes have left of an order's money; null where one payment alone paid for it, and for nothing else: its own
 * figures say it.
 * @param standing the order's payments. @param lostTotal what disputes have taken of a payment for good, by its id.
 */
export function moneyOfOrder(
  standing: readonly Payment[],
  lostTotal: ReadonlyMap<string, number>,
): MoneyOfOrder | null {
  const captured = standing.filter(({ status }) => isCaptured(status));
  const [only] = captured;
  const isPlain = captured.length <= 1 && only?.tip === 0 && only.excess === 0 && !only.isDeposit;
  const [deciding] = countingPayments(captured);
  if (isPlain || deciding === undefined) return null;
  // Deposits go back without the order having been paid: nothing of its sale is gone.
  const sold = captured.filter(({ isDeposit }) => !isDeposit);
  const gone = sold.map((payment) =>
    saleGone(payment, add(payment.refunded, lostTotal.get(payment.id) ?? 0)),
  );
  const isFull = sold.every((payment) => saleGone(payment, payment.refunded) === sharesOf(payment).sale);
  return {
    paymentId: deciding.id,
    goneTotal: add(...gone),
    capturedTotal: add(...captured.map((payment) => sharesOf(payment).sale)),
    isFull: sold.length > 0 && isFull,
  };
}
