/** Rewards, and points spent on them. A redemption's account is locked before it changes. */
import type { Scope } from '../../../platform/identity/identity.js';
import { type CountedConnection, connectionOf, idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import { isStaff } from '../../../platform/kit/tenant-scope.js';
import type { Prisma } from '../../../prisma/customer/client/client.js';
import { type Redemption, type RedemptionStatus, type Reward, redemptionStatus } from '../domain/reward.js';
import type { CustomerDatabase, Transaction } from './database.js';
import { seenSql } from './guests.js';

const WITH_REWARD = { reward: true } as const;

/** Cheapest first. */
export async function findRewards({ prisma }: CustomerDatabase): Promise<Reward[]> {
  const rows = await prisma.reward.findMany({
    where: { isOffered: true },
    orderBy: [{ points: 'asc' }, { id: 'asc' }],
  });
  return rows.map(rewardOf);
}

export async function findOfferedReward(tx: Transaction, id: string): Promise<Reward | null> {
  const row = await tx.reward.findUnique({ where: { id, isOffered: true } });
  return row === null ? null : rewardOf(row);
}

/** Newest first. */
export async function findRedemptionPage(
  { prisma }: CustomerDatabase,
  customerId: string,
  page: Page,
): Promise<CountedConnection<Redemption>> {
  const { where, orderBy, take } = idKeysetOf(page, 'desc');
  const rows = await prisma.redemption.findMany({
    where: { customerId, ...where },
    include: WITH_REWARD,
    orderBy,
    take,
  });
  return connectionOf(
    page,
    rows.map(redemptionOf),
    ({ id }) => id,
    () => prisma.redemption.count({ where: { customerId } }),
  );
}

/** The rewards behind redemptions that orders hold; without those of customers whom the reader may not see, and those whose points came back. */
export async function findAppliedRewards(
  { prisma, pool }: CustomerDatabase,
  scope: Scope,
  redemptionIds: readonly string[],
): Promise<{ id: string; name: string }[]> {
  if (isStaff(scope)) {
    const seen = seenSql(scope, 'reward.customer_id');
    const { rows } = await pool.query<{ id: string; name: string }>(
      `SELECT id, name FROM rewards_of_redemptions($1::uuid[]) AS reward WHERE ${seen.condition}`,
      [redemptionIds, ...seen.values],
    );
    return rows;
  }
  if (scope.customerId === null) return [];
  return prisma.redemption.findMany({
    where: {
      ...{ id: { in: [...redemptionIds] }, customerId: scope.customerId, status: { not: 'RETURNED' } },
    },
    select: { id: true, name: true },
  });
}

export async function findRedemption(
  tx: Transaction,
  id: string,
  customerId: string,
): Promise<Redemption | null> {
  const row = await tx.redemption.findUnique({ where: { id, customerId }, include: WITH_REWARD });
  return row === null ? null : redemptionOf(row);
}

/** Those that no order has used, newest first. */
export async function findAvailableRedemptions(tx: Transaction, customerId: string): Promise<Redemption[]> {
  const rows = await tx.redemption.findMany({
    where: { customerId, status: 'AVAILABLE' },
    include: WITH_REWARD,
    orderBy: { id: 'desc' },
  });
  return rows.map(redemptionOf);
}

export async function insertRedemption(
  tx: Transaction,
  id: string,
  customerId: string,
  { id: rewardId, name, points, amountOff }: Reward,
): Promise<void> {
  await tx.redemption.create({
    data: { id, customerId, rewardId, name, points, amountOff, status: 'AVAILABLE' },
  });
}

/** @param orderId that it was spent on; null for none. */
export async function updateRedemption(
  tx: Transaction,
  id: string,
  status: RedemptionStatus,
  orderId: string | null,
): Promise<void> {
  const returnedAt = status === 'RETURNED' || status === 'VOID' ? new Date() : null;
  await tx.redemption.update({ where: { id }, data: { status, orderId, returnedAt } });
}

function rewardOf({ id, name, description, points, amountOff }: Prisma.RewardModel): Reward {
  return { id, name, description, points, amountOff: Number(amountOff) };
}

function redemptionOf(row: Prisma.RedemptionGetPayload<{ include: typeof WITH_REWARD }>): Redemption {
  const { id, customerId, reward, name, points, amountOff, status, orderId, redeemedAt } = row;
  return {
    ...{ id, customerId, name, points, orderId, redeemedAt },
    reward: rewardOf(reward),
    amountOff: Number(amountOff),
    status: redemptionStatus(status),
  };
}
