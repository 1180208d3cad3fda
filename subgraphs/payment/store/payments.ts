/**
 * Payments. What people read is found within a scope, one query for however many; work on a payment locks its order first,
 * so that a payment, its capture and the order's end see each other.
 */
import type { OutboxRow } from '../../../platform/events/outbox.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { firstIdAt, isId, timeOfId } from '../../../platform/ids.js';
import { visibleSql, whereVisible } from '../../../platform/kit/tenant-scope.js';
import { Prisma } from '../../../prisma/payment/client/client.js';
import type { PaymentMethod, ProviderName } from '../domain/methods.js';
import type { PaymentStatus } from '../domain/payment-state.js';
import type { OrderCopy, Payment } from '../domain/records.js';
import type { ChargeChannel } from '../providers/provider.js';
import type { Transaction, WithOwnPool, WithPrisma } from './database.js';
import { lockOrder } from './orders.js';
import { PAYMENT_COLUMNS, paymentOf } from './rows.js';

export async function findPayment({ prisma }: WithPrisma, scope: Scope, id: string): Promise<Payment | null> {
  if (!isId(id)) return null;
  const row = await prisma.payment.findFirst({ where: { id, ...whereVisible(scope) } });
  return row && paymentOf(row);
}

/** As `findPayment`, for what staff alone may do: the caller's own payment is not enough. */
export function findCoveredPayment(database: WithPrisma, scope: Scope, id: string): Promise<Payment | null> {
  return findPayment(database, { ...scope, customerId: null }, id);
}

export async function findPayments(
  { prisma }: WithPrisma,
  scope: Scope,
  ids: readonly string[],
): Promise<Payment[]> {
  const rows = await prisma.payment.findMany({ where: { id: { in: [...ids] }, ...whereVisible(scope) } });
  return rows.map(paymentOf);
}

/** Clocks of two machines differ by less. */
const CLOCK_SKEW_MILLISECONDS = 86_400_000;

/** The payments of orders, oldest first, without those whose money came for nothing. A payment is never older than its order. */
export async function findPaymentsOfOrders(
  { prisma }: WithPrisma,
  scope: Scope,
  orderIds: readonly string[],
): Promise<Payment[]> {
  const rows = await prisma.payment.findMany({
    where: {
      id: { gte: firstPaymentIdOf(orderIds) },
      ...{ orderId: { in: [...orderIds] }, isSurplus: false },
      ...whereVisible(scope),
    },
    orderBy: { id: 'asc' },
  });
  return rows.map(paymentOf);
}

function firstPaymentIdOf(orderIds: readonly string[]): string {
  const earliest = Math.min(Date.now(), ...orderIds.map(timeOfId));
  return firstIdAt(earliest - CLOCK_SKEW_MILLISECONDS);
}

/** The payment of an order that is under way or captured, and no surplus. */
export async function findStandingPayment(
  prisma: Pick<Transaction, 'payment' | 'standingPayment'>,
  orderId: string,
): Promise<Payment | null> {
  const standing = await prisma.standingPayment.findUnique({ where: { orderId } });
  const row = standing && (await prisma.payment.findUnique({ where: { id: standing.paymentId } }));
  return row && paymentOf(row);
}

export async function lockPayment(
  tx: Transaction,
  paymentId: string,
): Promise<{ order: OrderCopy; payment: Payment }> {
  const where = { id: paymentId };
  const { orderId } = await tx.payment.findUniqueOrThrow({ where, select: { orderId: true } });
  const order = await lockOrder(tx, orderId);
  if (order === null) throw new Error(`Order ${orderId} of payment ${paymentId} is gone`);
  return { order, payment: paymentOf(await tx.payment.findUniqueOrThrow({ where })) };
}

export interface NewPayment {
  readonly id: string;
  readonly orderId: string;
  /** Whose order it is. */
  readonly customerId: string;
  readonly method: PaymentMethod;
  readonly provider: ProviderName | 'CASH';
  /** What its provider needs to charge it, and for how long this process is going to charge it; null for cash. */
  readonly charging: { readonly channel: ChargeChannel; readonly leaseSeconds: number } | null;
  readonly idempotency: { readonly scope: string; readonly key: string; readonly inputHash: string };
  /** An event that is published with it; null for none. */
  readonly record: OutboxRow | null;
}

/**
 * The order is locked, so that its end and its payment see each other. That an order has one payment `standing_payment` says:
 * of two inserts at once the second waits for the first and is then refused.
 */
const insertFor = (inScope: string, inReach: string) => `
  WITH payable AS (
    SELECT id, customer_id, outlet_id, franchise_id, total FROM order_copy
    WHERE id = $2 AND customer_id = $3 AND status = 'AWAITING_PAYMENT' AND total > 0
      AND ${inScope} AND ${inReach} FOR UPDATE
  ), begun AS (
    INSERT INTO payment (id, order_id, customer_id, outlet_id, franchise_id, method, provider, status, amount, channel,
                         next_check_at, asked_at)
    SELECT $1::uuid, id, customer_id, outlet_id, franchise_id, $4::"PaymentMethod", $5::"PaymentProvider", 'PENDING', total,
           $6::jsonb,
           now() + make_interval(secs => $7), CASE WHEN $7::float8 IS NOT NULL THEN now() END
    FROM payable
    WHERE NOT EXISTS (SELECT FROM standing_payment WHERE order_id = payable.id)
    ON CONFLICT DO NOTHING
    RETURNING *
  ), claimed AS (
    INSERT INTO idempotency (scope, key, input_hash, result_id) SELECT $8, $9, $10, id FROM begun
  ), recorded AS (
    INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
    SELECT record.id, record.type, record.version, record.source, record."occurredAt", record."aggregateId",
           record."aggregateVersion", record.data, record.metadata
    FROM begun, jsonb_to_record($11::jsonb) AS record
      (id uuid, type text, version int, source text, "occurredAt" timestamptz, "aggregateId" text, "aggregateVersion" int,
       data jsonb, metadata jsonb)
    WHERE $11::jsonb IS NOT NULL
  )
  SELECT ${PAYMENT_COLUMNS} FROM begun`;

/**
 * Writes a payment with its idempotency key, its charge marked as attempted from now on.
 * @param reach of the caller, whatever the scope says: the statement runs beyond row-level security, so it is the wall itself.
 * @returns null when nothing was written: the order is not that customer's, outside the scope, or cannot be paid now.
 * @throws unique violation of `idempotency_pkey` when the key is in use, of `standing_payment_pkey` when the order was given
 * another payment at the same time.
 */
export async function insertPayment(
  { pool }: WithOwnPool,
  { scope, reach }: { readonly scope: Scope; readonly reach: Scope },
  payment: NewPayment,
): Promise<Payment | null> {
  const inScope = visibleSql(scope, { after: 11 });
  const inReach = visibleSql(reach, { after: 11 + inScope.values.length });
  const { id, orderId, customerId, method, provider, charging, idempotency, record } = payment;
  const { rows } = await pool.query<Payment>({
    name: 'payment-insert',
    text: insertFor(inScope.condition, inReach.condition),
    values: [
      id,
      orderId,
      customerId,
      method,
      provider,
      charging && JSON.stringify(charging.channel),
      charging?.leaseSeconds ?? null,
      idempotency.scope,
      idempotency.key,
      idempotency.inputHash,
      record && JSON.stringify(record),
      ...inScope.values,
      ...inReach.values,
    ],
  });
  return rows[0] ?? null;
}

export interface PaymentChange {
  readonly version: number;
  readonly status?: PaymentStatus;
  readonly refunded?: number;
  readonly refundsHeld?: number;
  readonly disputesHeld?: number;
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
