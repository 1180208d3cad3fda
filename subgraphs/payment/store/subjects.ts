/**
 * What the subgraph itself works on, whoever it belongs to: payments and refunds to be settled, and those that a callback
 * names. People see them through a scope alone (payments.ts).
 */
import { isId } from '../../../platform/ids.js';
import type { Prisma } from '../../../prisma/payment/client/client.js';
import type { ProviderName } from '../domain/methods.js';
import { secondsUntilCheck } from '../domain/retry-schedule.js';
import type { CallbackSubject, ChargeChannel } from '../providers/provider.js';
import type { PaymentDatabase } from './database.js';
import { inSeconds } from './payment-change.js';
import { PAYMENT_COLUMNS, type Payment, paymentOf, type Refund, refundOf } from './records.js';

type Reader = Pick<PaymentDatabase, 'prisma'>;

export async function readPayment({ prisma }: Reader, id: string): Promise<Payment> {
  return paymentOf(await prisma.payment.findUniqueOrThrow({ where: { id } }));
}

/** A payment with what its method needs to be charged. */
export async function readCharging(
  { prisma }: Reader,
  id: string,
): Promise<{ payment: Payment; channel: ChargeChannel }> {
  const row = await prisma.payment.findUniqueOrThrow({ where: { id } });
  return { payment: paymentOf(row), channel: channelOf(row.channel) };
}

export async function readRefunding(
  { prisma }: Reader,
  id: string,
): Promise<{ refund: Refund; payment: Payment }> {
  const { payment, ...refund } = await prisma.refund.findUniqueOrThrow({
    where: { id },
    include: { payment: true },
  });
  return { refund: refundOf(refund), payment: paymentOf(payment) };
}

/** The payment as it stands, its next check moved on while it is pending. */
export async function postponePayment(database: Reader, { id }: Payment, seconds: number): Promise<Payment> {
  await database.prisma.payment.updateMany({
    where: { id, status: 'PENDING' },
    data: { nextCheckAt: inSeconds(seconds) },
  });
  return readPayment(database, id);
}

/** The refund as it stands, its next check moved on while it is pending. */
export async function postponeRefund(database: Reader, { id, checks }: Refund): Promise<Refund> {
  await database.prisma.refund.updateMany({
    where: { id, status: 'PENDING' },
    data: { nextCheckAt: inSeconds(secondsUntilCheck(checks)) },
  });
  return (await readRefunding(database, id)).refund;
}

/** The refunds of a payment, whoever made them. */
export async function readRefunds({ prisma }: Reader, paymentId: string): Promise<Refund[]> {
  return (await prisma.refund.findMany({ where: { paymentId } })).map(refundOf);
}

export async function postponeRefundLookup({ prisma }: Reader, id: string, at: Date | null): Promise<void> {
  await prisma.payment.update({ where: { id }, data: { refundLookupAt: at } });
}

export interface CallbackPayment {
  readonly payment: Payment;
  readonly pendingRefundIds: readonly string[];
  /** The callback has had its effect. */
  readonly isHandled: boolean;
}

/** The payment that a callback is about; null when it is none of ours. */
export async function findCallbackPayment(
  { pool }: Pick<PaymentDatabase, 'pool'>,
  provider: ProviderName,
  eventId: string,
  { paymentId, transactionId }: CallbackSubject,
): Promise<CallbackPayment | null> {
  if (paymentId !== null && !isId(paymentId)) return null;
  const { rows } = await pool.query<Payment & Omit<CallbackPayment, 'payment'>>({
    name: `payment-of-callback-by-${paymentId === null ? 'transaction' : 'id'}`,
    text: `
      SELECT ${PAYMENT_COLUMNS},
        ARRAY(SELECT id FROM refund WHERE payment_id = payment.id AND refund.status = 'PENDING') AS "pendingRefundIds",
        EXISTS (SELECT FROM provider_callback handled WHERE handled.provider = $1 AND event_id = $2) AS "isHandled"
      FROM payment WHERE provider = $1 AND ${paymentId === null ? 'transaction_id' : 'id'} = $3`,
    values: [provider, eventId, paymentId ?? transactionId],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const { pendingRefundIds, isHandled, ...payment } = row;
  return { payment, pendingRefundIds, isHandled };
}

function channelOf(value: Prisma.JsonValue): ChargeChannel {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const { cardToken, phone } = value;
  return {
    ...(typeof cardToken === 'string' && { cardToken }),
    ...(typeof phone === 'string' && { phone }),
  };
}
