/**
 * Payments and refunds that the subgraph itself works on, regardless of their owner: those that are due, those that a
 * callback names. People read them through a scope (payments.ts, refunds.ts).
 */
import { isId } from '../../../platform/ids.js';
import type { Prisma } from '../../../prisma/payment/client/client.js';
import type { ProviderName } from '../domain/methods.js';
import type { Payment, Refund } from '../domain/records.js';
import { CALL_LEASE_SECONDS } from '../domain/retry-schedule.js';
import type { CallbackSubject, ChargeChannel } from '../providers/provider.js';
import type { WithOwnPool, WithOwnPrisma, WithPrisma } from './database.js';
import { PAYMENT_COLUMNS, paymentOf, refundOf } from './rows.js';

const BATCH_SIZE = 64;
/** No caller waits for these. */
const LOOKUP_BATCH_SIZE = 16;

export async function findPaymentById({ prisma }: WithPrisma, id: string): Promise<Payment> {
  return paymentOf(await prisma.payment.findUniqueOrThrow({ where: { id } }));
}

/** A payment with what its method needs to be charged. */
export async function findChargeablePayment(
  { prisma }: WithOwnPrisma,
  id: string,
): Promise<{ payment: Payment; channel: ChargeChannel }> {
  const row = await prisma.payment.findUniqueOrThrow({ where: { id } });
  return { payment: paymentOf(row), channel: channelOf(row.channel) };
}

export async function findRefundWithPayment(
  { prisma }: WithOwnPrisma,
  id: string,
): Promise<{ refund: Refund; payment: Payment }> {
  const { payment, ...refund } = await prisma.refund.findUniqueOrThrow({
    where: { id },
    include: { payment: true },
  });
  return { refund: refundOf(refund), payment: paymentOf(payment) };
}

export interface CallbackPayment {
  readonly payment: Payment;
  readonly pendingRefundIds: readonly string[];
  /** The callback has had its effect. */
  readonly isHandled: boolean;
}

/** The payment that a callback is about; null when it is none of ours. */
export async function findCallbackPayment(
  { pool }: WithOwnPool,
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

/**
 * Claims payments that are due for a look at their provider. Claiming moves the next look on, so that of any number of
 * processes one looks, and the lock is released before it does.
 */
export function claimDuePayments(database: WithOwnPool): Promise<string[]> {
  return claimDue(database, 'payment', 'next_check_at', 'checks = checks + 1,', BATCH_SIZE);
}

export function claimDueRefunds(database: WithOwnPool): Promise<string[]> {
  return claimDue(database, 'refund', 'next_check_at', 'checks = checks + 1,', BATCH_SIZE);
}

/** Captured payments whose refunds at the provider are to be looked up. */
export function claimDueRefundLookups(database: WithOwnPool): Promise<string[]> {
  return claimDue(database, 'payment', 'refund_lookup_at', '', LOOKUP_BATCH_SIZE);
}

/** The payment as it stands, its next check set while it is pending. */
export async function updateNextPaymentCheck(
  database: WithOwnPrisma,
  id: string,
  at: Date,
): Promise<Payment> {
  await database.prisma.payment.updateMany({
    where: { id, status: 'PENDING' },
    data: { nextCheckAt: at },
  });
  return findPaymentById(database, id);
}

/** The refund as it stands, its next check set while it is pending. */
export async function updateNextRefundCheck(database: WithOwnPrisma, id: string, at: Date): Promise<Refund> {
  await database.prisma.refund.updateMany({ where: { id, status: 'PENDING' }, data: { nextCheckAt: at } });
  return (await findRefundWithPayment(database, id)).refund;
}

export async function updateNextRefundLookup({ prisma }: WithOwnPrisma, id: string, at: Date): Promise<void> {
  await prisma.payment.update({ where: { id }, data: { refundLookupAt: at } });
}

async function claimDue(
  { pool }: WithOwnPool,
  table: 'payment' | 'refund',
  dueAt: 'next_check_at' | 'refund_lookup_at',
  alsoSet: '' | 'checks = checks + 1,',
  limit: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: `${table}-claim-${dueAt}`,
    text: `
      UPDATE ${table} SET ${alsoSet} ${dueAt} = now() + make_interval(secs => ${CALL_LEASE_SECONDS})
      WHERE id IN (
        SELECT id FROM ${table} WHERE ${dueAt} <= now() ORDER BY ${dueAt} LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ) RETURNING id`,
  });
  return rows.map(({ id }) => id);
}

function channelOf(value: Prisma.JsonValue): ChargeChannel {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const { cardToken, phone } = value;
  return {
    ...(typeof cardToken === 'string' && { cardToken }),
    ...(typeof phone === 'string' && { phone }),
  };
}
