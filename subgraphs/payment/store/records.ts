/** Payments, refunds and disputes as the rest of the subgraph knows them: amounts are numbers, and a row is never half read. */
import type {
  Dispute as DisputeRow,
  Payment as PaymentRow,
  Refund as RefundRow,
} from '../../../prisma/payment/client/client.js';

type Amounts = 'amount' | 'refunded' | 'refundsHeld' | 'disputesHeld';

export type Payment = Omit<PaymentRow, Amounts | 'channel'> & { readonly [Amount in Amounts]: number };
export type Refund = Omit<RefundRow, 'amount'> & { readonly amount: number };
export type Dispute = Omit<DisputeRow, 'amount'> & { readonly amount: number };

export function paymentOf({ channel: _, ...row }: PaymentRow): Payment {
  return {
    ...row,
    amount: Number(row.amount),
    refunded: Number(row.refunded),
    refundsHeld: Number(row.refundsHeld),
    disputesHeld: Number(row.disputesHeld),
  };
}

export function refundOf(row: RefundRow): Refund {
  return { ...row, amount: Number(row.amount) };
}

export function disputeOf(row: DisputeRow): Dispute {
  return { ...row, amount: Number(row.amount) };
}
