/**
 * Payments and refunds that the subgraph itself works on, regardless of their owner: those that are due, those that a
 * callback names. People read them through a scope (payments.ts, refunds.ts).
 */
import { isId } from '../../../platform/ids.js';
import type { Prisma } from '../../../prisma/payment/client/client.js';
import type { ProviderName } from '../domain/methods.js';
import type { Payment, Refund, RefundKey } from '../domain/records.js';
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
  { paymentId, id }: RefundKey,
): Promise<{ refund: Refund; payment: Payment }> {
  const payment = await findPaymentById({ prisma }, paymentId);
  const refund = await prisma.refund.findUniqueOrThrow({ where: { paymentId_id: { paymentId, id } } });
  return { refund: refundOf(refund), payment };
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
  const id = paymentId ?? (await findPaymentOfTransaction({ pool }, provider, transactionId));
  if (id === null || !isId(id)) return null;
  const { rows } = await pool.query<Payment & Omit<CallbackPayment, 'payment'>>({
    name: 'payment-of-callback',
    text: `
      SELECT ${PAYMENT_COLUMNS}, pending_refund_ids(id) AS "pendingRefundIds",
        EXISTS (SELECT FROM provider_callback handled WHERE handled.provider = $1 AND event_id = $2) AS "isHandled"
      FROM payment_by_id($3) WHERE provider = $1`,
    values: [provider, eventId, id],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const { pendingRefundIds, isHandled, ...payment } = row;
  return { payment, pendingRefundIds, isHandled };
}

async function findPaymentOfTransaction(
  { pool }: WithOwnPool,
  provider: ProviderName,
  transactionId: string,
): Promise<string | null> {
  const { rows } = await pool.query<{ paymentId: string }>({
    name: 'payment-of-transaction',
    text: `SELECT payment_id AS "paymentId" FROM provider_transaction WHERE provider = $1 AND transaction_id = $2`,
    values: [provider, transactionId],
  });
  return rows[0]?.paymentId ?? null;
}

/**
 * Claims payments that are due for a look at their provider. Claiming moves the next look on, so that of any number of
 * processes one looks, and the lock is released before it does.
 */
export async function claimDuePayments(database: WithOwnPool): Promise<string[]> {
  return (await claimDue(database, DUE_PAYMENTS)).map(({ id }) => id);
}

export function claimDueRefunds(database: WithOwnPool): Promise<RefundKey[]> {
  return claimDue(database, DUE_REFUNDS);
}

/** Captured payments whose refunds at the provider are to be looked up. */
export async function claimDueRefundLookups(database: WithOwnPool): Promise<string[]> {
  return (await claimDue(database, DUE_LOOKUPS)).map(({ id }) => id);
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

/** The payment as it stands, its next check set while it is cancelled. */
export async function updateNextSearch(
  database: WithOwnPrisma,
  id: string,
  at: Date | null,
): Promise<Payment> {
  await database.prisma.payment.updateMany({ where: { id, status: 'FAILED' }, data: { nextCheckAt: at } });
  return findPaymentById(database, id);
}

/** The refund as it stands, its next check set while it is pending. */
export async function updateNextRefundCheck(
  database: WithOwnPrisma,
  key: RefundKey,
  at: Date,
): Promise<Refund> {
  const { paymentId, id } = key;
  const where = { paymentId, id, status: 'PENDING' } as const;
  await database.prisma.refund.updateMany({ where, data: { nextCheckAt: at } });
  return (await findRefundWithPayment(database, key)).refund;
}

export async function updateNextRefundLookup({ prisma }: WithOwnPrisma, id: string, at: Date): Promise<void> {
  await prisma.payment.update({ where: { id }, data: { refundLookupAt: at } });
}

/** What is due: an index of each partition holds nothing else. */
interface Due {
  readonly table: 'payment' | 'refund';
  /** The primary key. */
  readonly key: string;
  readonly dueAt: 'next_check_at' | 'refund_lookup_at';
  readonly alsoSet: string;
  readonly limit: number;
}

const DUE_PAYMENTS: Due = {
  ...{ table: 'payment', key: 'id', dueAt: 'next_check_at' },
  ...{ alsoSet: 'checks = checks + 1,', limit: BATCH_SIZE },
};
const DUE_REFUNDS: Due = {
  ...{ table: 'refund', key: 'payment_id, id', dueAt: 'next_check_at' },
  ...{ alsoSet: 'checks = checks + 1,', limit: BATCH_SIZE },
};
const DUE_LOOKUPS: Due = {
  ...{ table: 'payment', key: 'id', dueAt: 'refund_lookup_at' },
  ...{ alsoSet: '', limit: LOOKUP_BATCH_SIZE },
};

async function claimDue(
  { pool }: WithOwnPool,
  { table, key, dueAt, alsoSet, limit }: Due,
): Promise<RefundKey[]> {
  const { rows } = await pool.query<RefundKey>({
    name: `${table}-claim-${dueAt}`,
    text: `
      UPDATE ${table} SET ${alsoSet} ${dueAt} = now() + make_interval(secs => ${CALL_LEASE_SECONDS})
      WHERE (${key}) IN (
        SELECT ${key} FROM ${table} WHERE ${dueAt} <= now() ORDER BY ${dueAt} LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ) RETURNING ${table === 'payment' ? 'id' : 'payment_id'} AS "paymentId", id`,
  });
  return rows;
}

function channelOf(value: Prisma.JsonValue): ChargeChannel {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const { cardToken, phone } = value;
  return {
    ...(typeof cardToken === 'string' && { cardToken }),
    ...(typeof phone === 'string' && { phone }),
  };
}
