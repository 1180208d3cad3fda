/** What an event says is gone of an order's money: of all its payments, where several paid for it. */
/** As `payment.refunded` and `payment.dispute-closed` say it; `ofOrder` where several payments paid for the order. */
interface Gone {
  readonly refundedTotal: number;
  readonly capturedTotal: number;
  readonly ofOrder?: { readonly goneTotal: number; readonly capturedTotal: number; readonly isFull: boolean };
}

interface Refunded extends Gone {
  readonly lostTotal?: number;
  readonly isFull: boolean;
}

interface Loss extends Gone {
  readonly lostTotal: number;
}

export interface MoneyGone {
  readonly refunded: number;
  readonly captured: number;
}

export function moneyOfRefund({
  refundedTotal,
  lostTotal = 0,
  capturedTotal,
  isFull,
  ofOrder,
}: Refunded): MoneyGone & { readonly isFull: boolean } {
  if (ofOrder === undefined) return { refunded: refundedTotal + lostTotal, captured: capturedTotal, isFull };
  return { refunded: ofOrder.goneTotal, captured: ofOrder.capturedTotal, isFull: ofOrder.isFull };
}

export function moneyOfLoss({ refundedTotal, lostTotal, capturedTotal, ofOrder }: Loss): MoneyGone {
  if (ofOrder === undefined) return { refunded: refundedTotal + lostTotal, captured: capturedTotal };
  return { refunded: ofOrder.goneTotal, captured: ofOrder.capturedTotal };
}
