/**
 * Payments. What people read is found within a scope, one query for however many; work on a payment locks its order first,
 * so that a payment, its capture and the order's end see each other.
 */
import type { OutboxRow } from '../../../platform/events/outbox.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { isId, timeOfId } from '../../../platform/ids.js';
import { missing, withArchive } from '../../../platform/kit/archive.js';
import { visibleSql, whereCovered, whereVisible } from '../../../platform/kit/tenant-scope.js';
import { Prisma } from '../../../prisma/payment/client/client.js';
import type { PaymentMethod, ProviderName } from '../domain/methods.js';
import { countingPayments } from '../domain/order-money.js';
import type { PaymentStatus } from '../domain/payment-state.js';
import type { OrderCopy, Payment } from '../domain/records.js';
import type { ChargeChannel } from '../providers/provider.js';
import type { Transaction, WithOwnPool, WithPool, WithPrisma } from './database.js';
import { firstIdSince } from './id-window.js';
import { findArchivedOrder, lockOrder } from './orders.js';
import { PAYMENT_COLUMNS, paymentOf } from './rows.js';

/** An archived one, too. */
export async function findPayment(
  database: WithPrisma & WithPool,
  scope: Scope,
  id: string,
): Promise<Payment | null> {
  const [payment] = isId(id) ? await findPayments(database, scope, [id]) : [];
  return payment ?? null;
}

/** One in use, for what staff alone may do: the caller's own payment is not enough. */
export async function findCoveredPayment(
  { prisma }: WithPrisma,
  scope: Scope,
  id: string,
): Promise<Payment | null> {
  if (!isId(id)) return null;
  const row = await prisma.payment.findFirst({ where: { id, ...whereCovered(scope) } });
  return row && paymentOf(row);
}

/** Archived ones, too. */
export async function findPayments(
  { prisma, pool }: WithPrisma & WithPool,
  scope: Scope,
  ids: readonly string[],
): Promise<Payment[]> {
  return withArchive(
    ids,
    ({ id }: Payment) => id,
    async (schema, some) => {
      if (schema === 'public') {
        const where = { id: { in: [...some] }, ...whereVisible(scope) };
        return (await prisma.payment.findMany({ where })).map(paymentOf);
      }
      const visible = visibleSql(scope, { after: 1 });
      const { rows } = await pool.query<Payment>(
        `SELECT ${PAYMENT_COLUMNS} FROM archive.payment WHERE id = ANY($1::uuid[]) AND ${visible.condition}`,
        [some, ...visible.values],
      );
      return rows;
    },
  );
}

/**
 * The payment that counts of each order that has one, archived ones too: the one that met its total, else the latest under way or
 * captured, else the latest that failed. A payment is never older than its order.
 */
export async function findCountingPayments(
  database: WithPrisma & WithPool,
  scope: Scope,
  orderIds: readonly string[],
): Promise<Payment[]> {
  const standing = await database.prisma.standingPayment.findMany({
    where: { orderId: { in: [...orderIds] } },
  });
  const paymentIds = standing.map(({ paymentId }) => paymentId);
  const payments =
    paymentIds.length === 0 ? [] : countingPayments(await findPayments(database, scope, paymentIds));
  const others = missing(orderIds, standing, ({ orderId }) => orderId);
  if (others.length === 0) return payments;
  const visible = visibleSql(scope, { after: 2 });
  const { rows: failed } = await database.pool.query<Payment>({
    name: 'payments-failed',
    text: `SELECT DISTINCT ON (order_id) ${PAYMENT_COLUMNS} FROM failed_payments($1, $2) WHERE ${visible.condition}
           ORDER BY order_id, id DESC`,
    values: [others, firstPaymentIdOf(others), ...visible.values],
  });
  return [...payments, ...failed];
}

function firstPaymentIdOf(orderIds: readonly string[]): string {
  const earliest = Math.min(Date.now(), ...orderIds.map(timeOfId));
  return firstIdSince(new Date(earliest));
}

/** All payments of orders that the scope reaches, oldest first, archived ones, too. */
export async function findPaymentsOfOrders(
  { pool }: WithPool,
  scope: Scope,
  orderIds: readonly string[],
): Promise<Payment[]> {
  const visible = visibleSql(scope, { after: 2 });
  const { rows } = await pool.query<Payment>({
    name: 'payments-of-orders',
    text: `SELECT ${PAYMENT_COLUMNS} FROM payments_of_orders($1, $2) WHERE ${visible.condition} ORDER BY id`,
    values: [orderIds, firstPaymentIdOf(orderIds), ...visible.values],
  });
  return rows;
}

/** The payments of an order that are under way or captured, and no surplus; oldest first. */
export async function findStandingPayments(
  prisma: Pick<Transaction, 'payment' | 'standingPayment'>,
  orderId: string,
): Promise<Payment[]> {
  const standing = await prisma.standingPayment.findMany({ where: { orderId } });
  if (standing.length === 0) return [];
  const where = { id: { in: standing.map(({ paymentId }) => paymentId) } };
  return (await prisma.payment.findMany({ where, orderBy: { id: 'asc' } })).map(paymentOf);
}

/**
 * Locks the order of a payment. Where the order is archived it never changes again: then the payment itself is locked.
 * @throws where there is no such payment in use.
 */
export async function lockPayment(
  tx: Transaction,
  paymentId: string,
): Promise<{ order: OrderCopy; payment: Payment }> {
  const where = { id: paymentId };
  const { orderId } = await tx.payment.findUniqueOrThrow({ where, select: { orderId: true } });
  const locked = await lockOrder(tx, orderId);
  if (locked === null)
    await tx.$executeRawUnsafe('SELECT FROM payment WHERE id = $1::uuid FOR UPDATE', paymentId);
  const order = locked ?? (await findArchivedOrder(tx, orderId));
  if (order === null) throw new Error(`Order ${orderId} of payment ${paymentId} is gone`);
  return { order, payment: paymentOf(await tx.payment.findUniqueOrThrow({ where })) };
}

export interface NewPayment {
  readonly id: string;
  readonly orderId: string;
  /** Whose order it is. */
  readonly customerId: string | null;
  readonly method: PaymentMethod;
  readonly provider: ProviderName | 'CASH';
  /** Of the order's total; null for all that is still owed. */
  readonly amount: number | null;
  readonly tip: number;
  readonly tendered: number | null;
  /** What its provider needs to charge it; null for cash. */
  readonly channel: ChargeChannel | null;
  /** Until it is looked at: as long as this process is going to charge it, or as cash is waited for. */
  readonly leaseSeconds: number;
  readonly idempotency: { readonly scope: string; readonly key: string; readonly inputHash: string };
  /** An event that is published with it; null for none. */
  readonly record: OutboxRow | null;
}

/**
 * Writes a payment with its idempotency key, its charge marked as attempted from now on, by one statement, which is a function of the
 * database (migration `payments_in_parts`). It locks the order, so that its end and its payments see each other.
 * @param reach of the caller, whatever the scope says: the statement runs beyond row-level security, so it is the wall itself.
 * @returns null when nothing was written: the order is not that customer's, outside the scope, or cannot be paid so now.
 * @throws unique violation of `idempotency_pkey` when the key is in use.
 */
export async function insertPayment(
  { pool }: WithOwnPool,
  { scope, reach }: { readonly scope: Scope; readonly reach: Scope },
  payment: NewPayment,
): Promise<Payment | null> {
  const { id, orderId, customerId, method, provider, channel, leaseSeconds, idempotency, record } = payment;
  const parameters = [
    id,
    orderId,
    customerId,
    method,
    provider,
    channel && JSON.stringify(channel),
    leaseSeconds,
    idempotency.scope,
    idempotency.key,
    idempotency.inputHash,
    record && JSON.stringify(record),
    ...[scope, reach].flatMap((one) => [one.customerId, one.everywhere, one.franchiseIds, one.outletIds]),
    payment.amount,
    payment.tip,
    payment.tendered,
  ];
  const { rows } = await pool.query<Payment>({
    name: 'payment-begin',
    text: `SELECT ${PAYMENT_COLUMNS} FROM begin_payment(${parameters.map((_, index) => `$${index + 1}`).join(', ')})`,
    values: parameters,
  });
  return rows[0] ?? null;
}

export interface PaymentChange {
  readonly version: number;
  readonly status?: PaymentStatus;
  readonly refunded?: number;
  readonly refundsHeld?: number;
  readonly disputesHeld?: number;
  readonly excess?: number;
  readonly isDeposit?: boolean;
  readonly tendered?: number;
  readonly transactionId?: string | null;
  readonly failureReason?: string | null;
  readonly nextCheckAt?: Date | null;
  readonly refundLookupAt?: Date | null;
}

/** The order is locked by then. The channel is deleted with the first change: the provider has answered. */
export async function updatePayment(
  tx: Transaction,
  payment: Payment,
  change: PaymentChange,
): Promise<Payment> {
  const isVisible = change.version > payment.version;
  const row = await tx.payment.update({
    where: { id: payment.id },
    data: { ...change, channel: Prisma.DbNull, ...(isVisible && { changedAt: new Date() }) },
  });
  return paymentOf(row);
}
