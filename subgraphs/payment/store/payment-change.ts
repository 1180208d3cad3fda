/** The one way a payment's row changes. Whoever watches is told when its version rises; the order is locked by then. */
import { Prisma } from '../../../prisma/payment/client/client.js';
import type { PaymentStatus } from '../domain/payment-state.js';
import { secondsUntilRefundLookup } from '../domain/retry-schedule.js';
import type { Work } from './database.js';
import { tellWatchers } from './payment-events.js';
import { type Payment, paymentOf } from './records.js';

export interface PaymentChange {
  readonly version: number;
  readonly status?: PaymentStatus;
  readonly refunded?: number;
  readonly refundsHeld?: number;
  readonly disputesHeld?: number;
  readonly isSurplus?: boolean;
  readonly transactionId?: string | null;
  readonly redirectUrl?: string | null;
  readonly qrCode?: string | null;
  readonly failureReason?: string | null;
  readonly paidAt?: Date;
  readonly nextCheckAt?: Date | null;
  readonly refundLookupAt?: Date | null;
}

/** What the method needed to be charged is forgotten with the first change: the provider has answered. */
export async function changePayment(work: Work, payment: Payment, change: PaymentChange): Promise<Payment> {
  const isNews = change.version > payment.version;
  const row = await work.tx.payment.update({
    where: { id: payment.id },
    data: { ...change, channel: Prisma.DbNull, ...(isNews && { changedAt: new Date() }) },
  });
  const changed = paymentOf(row);
  if (isNews) tellWatchers(work, changed);
  return changed;
}

/** When to look next for refunds made at the provider; null when there can be none. */
export function nextRefundLookup(
  { provider, amount, refunded, paidAt }: Pick<Payment, 'provider' | 'amount' | 'refunded' | 'paidAt'>,
  now: Date,
): Date | null {
  if (provider === 'CASH' || paidAt === null || refunded === amount) return null;
  const seconds = secondsUntilRefundLookup((now.getTime() - paidAt.getTime()) / 1_000);
  return seconds === null ? null : new Date(now.getTime() + seconds * 1_000);
}

export function inSeconds(seconds: number): Date {
  return new Date(Date.now() + seconds * 1_000);
}
