/** Reads payments and refunds within a scope; one query for however many are asked for. */

import type { Scope } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { PaymentDatabase } from './database.js';
import { type Payment, paymentOf, type Refund, refundOf } from './records.js';
import { reachedBy } from './tenancy.js';

type Reader = Pick<PaymentDatabase, 'prisma'>;

export async function findPayment({ prisma }: Reader, scope: Scope, id: string): Promise<Payment | null> {
  if (!isId(id)) return null;
  const row = await prisma.payment.findFirst({ where: { id, ...reachedBy(scope) } });
  return row && paymentOf(row);
}

/** As `findPayment`, for what staff alone may do: one's own payment is not enough. */
export function findCoveredPayment(database: Reader, scope: Scope, id: string): Promise<Payment | null> {
  return findPayment(database, { ...scope, customerId: null }, id);
}

/** In the order of `ids`; null for what the scope does not reach. */
export async function findPayments(
  { prisma }: Reader,
  scope: Scope,
  ids: readonly string[],
): Promise<(Payment | null)[]> {
  const rows = await prisma.payment.findMany({
    where: { id: { in: ids.filter(isId) }, ...reachedBy(scope) },
  });
  const byId = new Map(rows.map((row) => [row.id, paymentOf(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Of each order the payment that counts: the one under way or captured, else the latest. */
export async function findPaymentsOfOrders(
  { prisma }: Reader,
  scope: Scope,
  orderIds: readonly string[],
): Promise<(Payment | null)[]> {
  const rows = await prisma.payment.findMany({
    where: { orderId: { in: orderIds.filter(isId) }, isSurplus: false, ...reachedBy(scope) },
    orderBy: { id: 'asc' },
  });
  const byOrder = new Map<string, Payment>();
  for (const row of rows) {
    const known = byOrder.get(row.orderId);
    if (known === undefined || known.status === 'FAILED') byOrder.set(row.orderId, paymentOf(row));
  }
  return orderIds.map((orderId) => byOrder.get(orderId) ?? null);
}

/** In the order of `paymentIds`, each oldest first. For payments that were read within a scope. */
export async function findRefundsOf(
  { prisma }: Reader,
  paymentIds: readonly string[],
): Promise<readonly (readonly Refund[])[]> {
  const rows = await prisma.refund.findMany({
    where: { paymentId: { in: [...paymentIds] } },
    orderBy: { id: 'asc' },
  });
  const byPayment = new Map(paymentIds.map((id): [string, Refund[]] => [id, []]));
  for (const row of rows) byPayment.get(row.paymentId)?.push(refundOf(row));
  return paymentIds.map((id) => byPayment.get(id) ?? []);
}

/** In the order of `ids`; null for refunds of payments that the scope does not reach. */
export async function findRefunds(
  { prisma }: Reader,
  scope: Scope,
  ids: readonly string[],
): Promise<(Refund | null)[]> {
  const rows = await prisma.refund.findMany({
    where: { id: { in: ids.filter(isId) }, payment: reachedBy(scope) },
  });
  const byId = new Map(rows.map((row) => [row.id, refundOf(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}
