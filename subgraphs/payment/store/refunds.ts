/** Refunds. What people read is found within the scope of their payments. */
import type { Scope } from '../../../platform/identity/identity.js';
import { whereVisible } from '../../../platform/kit/tenant-scope.js';
import type { Payment, Refund, RefundKey } from '../domain/records.js';
import type { Transaction, WithPrisma } from './database.js';
import { refundOf } from './rows.js';

/** Without refunds of payments that the scope does not reach. Their payments, and so their partitions, are not known. */
export async function findRefunds(
  { prisma }: WithPrisma,
  scope: Scope,
  ids: readonly string[],
): Promise<Refund[]> {
  const rows = await prisma.refund.findMany({
    where: { id: { in: [...ids] }, ...whereVisible(scope) },
  });
  return rows.map(refundOf);
}

/** Oldest first. For payments that were read within a scope. */
export async function findRefundsOf(
  { prisma }: { prisma: Pick<Transaction, 'refund'> },
  paymentIds: readonly string[],
): Promise<Refund[]> {
  const rows = await prisma.refund.findMany({
    where: { paymentId: { in: [...paymentIds] } },
    orderBy: { id: 'asc' },
  });
  return rows.map(refundOf);
}

export async function findRefundByKey(tx: Transaction, { paymentId, id }: RefundKey): Promise<Refund> {
  return refundOf(await tx.refund.findUniqueOrThrow({ where: { paymentId_id: { paymentId, id } } }));
}

export function countFailedRefunds(tx: Transaction, paymentId: string): Promise<number> {
  return tx.refund.count({ where: { paymentId, status: 'FAILED' } });
}

export type NewRefund = Pick<
  Refund,
  'id' | 'amount' | 'reason' | 'origin' | 'disputeId' | 'transactionId' | 'nextCheckAt'
>;

export async function insertRefund(tx: Transaction, payment: Payment, refund: NewRefund): Promise<Refund> {
  const { id: paymentId, customerId, outletId, franchiseId } = payment;
  const row = { ...refund, paymentId, customerId, outletId, franchiseId, amount: BigInt(refund.amount) };
  return refundOf(await tx.refund.create({ data: { ...row, status: 'PENDING' } }));
}

export type RefundChange = Partial<
  Pick<Refund, 'status' | 'transactionId' | 'failureReason' | 'settledAt' | 'nextCheckAt'>
>;

export async function updateRefund(
  tx: Transaction,
  { paymentId, id }: RefundKey,
  change: RefundChange,
): Promise<Refund> {
  return refundOf(await tx.refund.update({ where: { paymentId_id: { paymentId, id } }, data: change }));
}
