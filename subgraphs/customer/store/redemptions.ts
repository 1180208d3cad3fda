/**
 * Points spent on rewards. Spending and returning take the account's lock, so no point is spent twice; a redemption's
 * state only moves forward, so its points come back once, whatever order the events come in.
 */
import { ErrorCode, notFound, requestError, UserFault } from '../../../platform/errors.js';
import type { Cause } from '../../../platform/events/envelope.js';
import type { RewardUse } from '../../../platform/events/event-types.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { type Connection, connectionOf, type Page } from '../../../platform/paging.js';
import type { Prisma } from '../../../prisma/customer/client/client.js';
import type { CustomerView } from './customers.js';
import type { CustomerDatabase, Transaction, Work } from './database.js';
import { changeAccount, lockAccount, ownerIn } from './loyalty.js';

export interface RewardRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly points: number;
  readonly amountOff: number;
}

export type RedemptionStatus = 'AVAILABLE' | 'APPLIED' | 'RETURNED';

export interface RedemptionRow {
  readonly id: string;
  readonly reward: RewardRow;
  readonly points: number;
  readonly amountOff: number;
  readonly status: RedemptionStatus;
  readonly orderId: string | null;
  readonly redeemedAt: Date;
}

const WITH_REWARD = { reward: true } as const;

/** Cheapest first. */
export async function readRewards({ prisma }: CustomerDatabase): Promise<RewardRow[]> {
  const rows = await prisma.reward.findMany({
    where: { isOffered: true },
    orderBy: [{ points: 'asc' }, { id: 'asc' }],
  });
  return rows.map(rewardOf);
}

/** @throws NOT_FOUND, UserFault INSUFFICIENT_POINTS or IDEMPOTENCY_KEY_REUSED. */
export async function redeemReward(
  database: CustomerDatabase,
  cause: Cause,
  { customerId }: Scope,
  rewardId: string,
  idempotencyKey: string,
): Promise<RedemptionRow> {
  if (customerId === null || !isId(rewardId)) throw notFound('Reward');
  return database.work(cause, async ({ tx, emit }) => {
    const balance = await lockAccount(tx, customerId);
    const earlier = await findByKey(tx, customerId, rewardId, idempotencyKey);
    if (earlier !== null) return earlier;
    const reward = await tx.reward.findUnique({ where: { id: rewardId, isOffered: true } });
    if (reward === null) throw notFound('Reward');
    const { name, points, amountOff } = reward;
    if (balance.points < points) {
      const message = `${name} costs ${points} points; you have ${balance.points}.`;
      throw UserFault.of('INSUFFICIENT_POINTS', message, ['rewardId']);
    }
    const id = newId();
    const redemption = await tx.redemption.create({
      data: { id, customerId, rewardId, name, points, amountOff, status: 'AVAILABLE', idempotencyKey },
      include: WITH_REWARD,
    });
    const change = { points: -points, lifetimePoints: 0 };
    await changeAccount(tx, { customerId, kind: 'REDEEMED', redemptionId: id, change });
    emit({
      type: 'reward.redeemed',
      aggregateId: id,
      aggregateVersion: 1,
      data: { redemptionId: id, customerId, name, amountOff: Number(amountOff) },
    });
    return redemptionOf(redemption);
  });
}

/** For `order.reward-applied`. */
export async function applyRedemption({ tx }: Work, { redemptionId, orderId }: RewardUse): Promise<void> {
  await tx.redemption.updateMany({
    where: { id: redemptionId, status: 'AVAILABLE' },
    data: { status: 'APPLIED', orderId },
  });
}

/** For `order.reward-returned`. Null when its points are back already; otherwise the points, and what there is now. */
export async function returnRedemption(
  { tx }: Work,
  { redemptionId, customerId, orderId }: RewardUse,
): Promise<{ readonly points: number; readonly balance: number } | null> {
  await lockAccount(tx, customerId);
  const redemption = await tx.redemption.findUnique({ where: { id: redemptionId, customerId } });
  if (redemption === null || redemption.status === 'RETURNED') return null;
  await tx.redemption.update({
    where: { id: redemptionId },
    data: { status: 'RETURNED', orderId, returnedAt: new Date() },
  });
  const { points } = redemption;
  const change = { points, lifetimePoints: 0 };
  const account = await changeAccount(tx, { customerId, kind: 'RETURNED', redemptionId, change });
  return { points, balance: account.points };
}

/** Newest first. @throws FORBIDDEN for staff who only handle the person's orders. */
export async function readRedemptions(
  { prisma }: CustomerDatabase,
  { id: customerId, access }: CustomerView,
  page: Page,
): Promise<Connection<RedemptionRow>> {
  if (access === 'staff') throw requestError(ErrorCode.FORBIDDEN, 'Not allowed');
  if (page.after !== null && !isId(page.after)) {
    throw requestError(ErrorCode.BAD_USER_INPUT, 'after is not a cursor of this list');
  }
  const rows = await prisma.redemption.findMany({
    where: { customerId, ...(page.after !== null && { id: { lt: page.after } }) },
    include: WITH_REWARD,
    orderBy: { id: 'desc' },
    take: page.limit + 1,
  });
  return connectionOf(page, rows.map(redemptionOf), ({ id }) => id);
}

/** The rewards behind redemptions that orders hold; null for those outside the scope and those that came back. */
export async function readAppliedRewards(
  { prisma }: CustomerDatabase,
  scope: Scope,
  redemptionIds: readonly string[],
): Promise<({ id: string; name: string } | null)[]> {
  const owner = ownerIn(scope);
  const ids = redemptionIds.filter(isId);
  const rows =
    owner === null
      ? []
      : await prisma.redemption.findMany({
          where: { id: { in: ids }, status: { not: 'RETURNED' }, ...owner },
          select: { id: true, name: true },
        });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return redemptionIds.map((id) => byId.get(id) ?? null);
}

async function findByKey(
  tx: Transaction,
  customerId: string,
  rewardId: string,
  idempotencyKey: string,
): Promise<RedemptionRow | null> {
  const key = { customerId_idempotencyKey: { customerId, idempotencyKey } };
  const earlier = await tx.redemption.findUnique({ where: key, include: WITH_REWARD });
  if (earlier !== null && earlier.rewardId !== rewardId) {
    throw UserFault.of('IDEMPOTENCY_KEY_REUSED', 'This key was used for another reward', ['idempotencyKey']);
  }
  return earlier === null ? null : redemptionOf(earlier);
}

function rewardOf({ id, name, description, points, amountOff }: Prisma.RewardModel): RewardRow {
  return { id, name, description, points, amountOff: Number(amountOff) };
}

function redemptionOf(row: Prisma.RedemptionGetPayload<{ include: typeof WITH_REWARD }>): RedemptionRow {
  const { id, reward, points, amountOff, status, orderId, redeemedAt } = row;
  return {
    ...{ id, points, orderId, redeemedAt },
    reward: rewardOf(reward),
    amountOff: Number(amountOff),
    status: statusOf(status),
  };
}

const STATUSES: readonly RedemptionStatus[] = ['AVAILABLE', 'APPLIED', 'RETURNED'];

function statusOf(status: string): RedemptionStatus {
  const known = STATUSES.find((each) => each === status);
  if (known === undefined) throw new Error(`No such status of a redemption: ${status}`);
  return known;
}
