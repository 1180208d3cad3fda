/** Refunds. What people read is found within the scope of their payments. */
import type { Scope } from '../../../platform/identity/identity.js';
import { withArchive } from '../../../platform/kit/archive.js';
import { visibleSql } from '../../../platform/kit/tenant-scope.js';
import type { Payment, Refund, RefundKey } from '../domain/records.js';
import type { Transaction, WithPool, WithPrisma } from './database.js';
import { REFUND_COLUMNS, refundOf } from './rows.js';

/**
 * Archived ones, too; without refunds of payments that the scope does not reach. Their payments, and so their partitions, are not known:
 * the statement looks into each of them.
 */
export async function findRefunds(
  { pool }: WithPool,
  scope: Scope,
  ids: readonly string[],
): Promise<Refund[]> {
  const visible = visibleSql(scope, { after: 1 });
  const { rows } = await pool.query<Refund>({
    name: 'refunds-find',
    text: `SELECT ${REFUND_COLUMNS} FROM refunds_by_id($1) WHERE ${visible.condition}`,
    values: [ids, ...visible.values],
  });
  return rows;
}

/** Oldest first, archived ones, too. For payments that were read within a scope. */
export async function findRefundsOf(
  { prisma, pool }: WithPrisma & WithPool,
  paymentIds: readonly string[],
): Promise<Refund[]> {
  return withArchive(
    paymentIds,
    ({ paymentId }: Refund) => paymentId,
    async (schema, ids) => {
      if (schema === 'public') return findRefundsInUse(prisma, ids);
      const { rows } = await pool.query<Refund>(
        `SELECT ${REFUND_COLUMNS} FROM archive.refund WHERE payment_id = ANY($1::uuid[]) ORDER BY id`,
        [ids],
      );
      return rows;
    },
  );
}

/** Oldest first. */
export async function findRefundsInUse(
  { refund }: Pick<Transaction, 'refund'>,
  paymentIds: readonly string[],
): Promise<Refund[]> {
  const rows = await refund.findMany({
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
