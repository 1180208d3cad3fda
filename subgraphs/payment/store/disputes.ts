/** Disputes. Staff alone read them: a scope reaches those of the outlets where its permission is held. */
import type { Scope } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { withArchive } from '../../../platform/kit/archive.js';
import { coveredSql, whereCovered } from '../../../platform/kit/tenant-scope.js';
import type { Dispute, DisputeKey, OrderCopy, Payment } from '../domain/records.js';
import type { Transaction, WithPool, WithPrisma } from './database.js';
import { lockPayment } from './payments.js';
import { DISPUTE_COLUMNS, disputeOf } from './rows.js';

/** An archived one, too. */
export async function findDispute(
  database: WithPool,
  scope: Scope,
  id: string,
): Promise<StoredDispute | null> {
  const [dispute] = isId(id) ? await findDisputes(database, scope, [id]) : [];
  return dispute ?? null;
}

export interface StoredDispute extends Dispute {
  readonly isArchived: boolean;
}

/** Archived ones, too. Their payments, and so their partitions, are not known: the statement looks into each of them. */
export async function findDisputes(
  { pool }: WithPool,
  scope: Scope,
  ids: readonly string[],
): Promise<StoredDispute[]> {
  const covered = coveredSql(scope, { after: 1 });
  const { rows } = await pool.query<StoredDispute>({
    name: 'disputes-find',
    text: `SELECT ${DISPUTE_COLUMNS}, false AS "isArchived" FROM disputes_by_id($1, false) WHERE ${covered.condition}
           UNION ALL
           SELECT ${DISPUTE_COLUMNS}, true AS "isArchived" FROM disputes_by_id($1, true) WHERE ${covered.condition}`,
    values: [ids, ...covered.values],
  });
  return rows;
}

/** Oldest first, archived ones, too. */
export async function findDisputesOf(
  { prisma, pool }: WithPrisma & WithPool,
  scope: Scope,
  paymentIds: readonly string[],
): Promise<Dispute[]> {
  return withArchive(
    paymentIds,
    ({ paymentId }: Dispute) => paymentId,
    async (schema, ids) => {
      if (schema === 'public') {
        const where = { paymentId: { in: [...ids] }, ...whereCovered(scope) };
        return (await prisma.dispute.findMany({ where, orderBy: { id: 'asc' } })).map(disputeOf);
      }
      const covered = coveredSql(scope, { after: 1 });
      const { rows } = await pool.query<Dispute>(
        `SELECT ${DISPUTE_COLUMNS} FROM archive.dispute WHERE payment_id = ANY($1::uuid[]) AND ${covered.condition} ORDER BY id`,
        [ids, ...covered.values],
      );
      return rows;
    },
  );
}

/** What disputes have taken of a payment for good. */
export async function findLostTotal(tx: Transaction, paymentId: string): Promise<number> {
  const { _sum } = await tx.dispute.aggregate({
    where: { paymentId, status: 'LOST' },
    _sum: { amount: true },
  });
  return Number(_sum.amount ?? 0);
}

export async function lockDispute(
  tx: Transaction,
  { paymentId, id }: DisputeKey,
): Promise<{ order: OrderCopy; payment: Payment; dispute: Dispute }> {
  const locked = await lockPayment(tx, paymentId);
  const dispute = await tx.dispute.findUniqueOrThrow({ where: { paymentId_id: { paymentId, id } } });
  return { ...locked, dispute: disputeOf(dispute) };
}

export type NewDispute = Pick<Dispute, 'id' | 'paymentId' | 'amount' | 'reason' | 'openedBy'>;

export async function insertDispute(
  tx: Transaction,
  { outletId, franchiseId }: Payment,
  dispute: NewDispute,
): Promise<Dispute> {
  const row = { ...dispute, outletId, franchiseId, amount: BigInt(dispute.amount) };
  return disputeOf(await tx.dispute.create({ data: { ...row, status: 'OPENED' } }));
}

export type DisputeChange = Partial<
  Pick<Dispute, 'status' | 'evidence' | 'evidenceSubmittedAt' | 'closedAt'>
>;

export async function updateDispute(
  tx: Transaction,
  { paymentId, id }: DisputeKey,
  change: DisputeChange,
): Promise<Dispute> {
  return disputeOf(await tx.dispute.update({ where: { paymentId_id: { paymentId, id } }, data: change }));
}
