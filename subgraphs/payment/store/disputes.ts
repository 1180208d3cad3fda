/** Disputes. Staff alone read them: a scope reaches those of the outlets where its permission is held. */
import type { Scope } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { whereCovered } from '../../../platform/kit/tenant-scope.js';
import type { Dispute, DisputeKey, OrderCopy, Payment } from '../domain/records.js';
import type { Transaction, WithPrisma } from './database.js';
import { lockPayment } from './payments.js';
import { disputeOf } from './rows.js';

export async function findDispute(database: WithPrisma, scope: Scope, id: string): Promise<Dispute | null> {
  const [dispute] = isId(id) ? await findDisputes(database, scope, [id]) : [];
  return dispute ?? null;
}

/** Their payments, and so their partitions, are not known. */
export async function findDisputes(
  { prisma }: WithPrisma,
  scope: Scope,
  ids: readonly string[],
): Promise<Dispute[]> {
  const rows = await prisma.dispute.findMany({
    where: { id: { in: [...ids] }, ...whereCovered(scope) },
  });
  return rows.map(disputeOf);
}

/** Oldest first. */
export async function findDisputesOf(
  { prisma }: WithPrisma,
  scope: Scope,
  paymentIds: readonly string[],
): Promise<Dispute[]> {
  const rows = await prisma.dispute.findMany({
    where: { paymentId: { in: [...paymentIds] }, ...whereCovered(scope) },
    orderBy: { id: 'asc' },
  });
  return rows.map(disputeOf);
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
