/** Redeemed rewards: those of the caller that an order may be placed with, and those that orders were placed with. */
import { isId } from '../../../platform/ids.js';
import type { Redemption } from '../domain/reward.js';
import type { OrderDatabase } from './database.js';

export interface OwnRedemption extends Redemption {
  readonly isSpent: boolean;
}

/** In the order of `ids`; null for what has not been heard of or is another's. */
export async function findOwnRedemptions(
  { prisma }: OrderDatabase,
  customerId: string,
  ids: readonly string[],
): Promise<(OwnRedemption | null)[]> {
  const rows = await prisma.redemptionCopy.findMany({
    where: { customerId, id: { in: ids.filter(isId) } },
    include: { spentOn: { select: { orderId: true } } },
  });
  const found = new Map(
    rows.map(({ id, amountOff, spentOn }) => [
      id,
      { id, amountOff: Number(amountOff), isSpent: spentOn.length > 0 },
    ]),
  );
  return ids.map((id) => found.get(id) ?? null);
}

/** Of orders that the caller has been given. */
export async function findSpentRedemptions(
  { orderReward }: Pick<OrderDatabase['prisma'], 'orderReward'>,
  orderIds: readonly string[],
): Promise<string[][]> {
  const rows = await orderReward.findMany({
    where: { orderId: { in: [...orderIds] } },
    orderBy: { redemptionId: 'asc' },
  });
  return orderIds.map((id) =>
    rows.filter(({ orderId }) => orderId === id).map(({ redemptionId }) => redemptionId),
  );
}
