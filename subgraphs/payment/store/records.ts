/** Payments and refunds as the rest of the subgraph knows them: amounts are numbers, and a row is never half read. */
import type { Payment as PaymentRow, Refund as RefundRow } from '../../../prisma/payment/client/client.js';

type Amounts = 'amount' | 'refunded' | 'refundsHeld';

export type Payment = Omit<PaymentRow, Amounts | 'channel'> & { readonly [Amount in Amounts]: number };
export type Refund = Omit<RefundRow, 'amount'> & { readonly amount: number };

export function paymentOf({ channel: _, ...row }: PaymentRow): Payment {
  return {
    ...row,
    amount: Number(row.amount),
    refunded: Number(row.refunded),
    refundsHeld: Number(row.refundsHeld),
  };
}

export function refundOf(row: RefundRow): Refund {
  return { ...row, amount: Number(row.amount) };
}
