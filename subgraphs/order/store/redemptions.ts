/** The copy of redeemed rewards, from which a guest's own are spent on orders. */
import type { DomainEvent } from '../../../platform/events/envelope.js';
import { isId } from '../../../platform/ids.js';
import type { Redemption } from '../domain/reward.js';
import type { OrderDatabase, OrderWork } from './database.js';

export interface OwnRedemption extends Redemption {
  readonly isSpent: boolean;
}

/** In the order of `ids`; null for one that is not in the copy or is another customer's. */
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

/** A redemption's terms never change, so inserting it twice is harmless. */
export async function insertRedemption(
  { tx }: OrderWork,
  { data }: DomainEvent<'reward.redeemed'>,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO redemption_copy (id, customer_id, name, amount_off)
    VALUES (${data.redemptionId}::uuid, ${data.customerId}::uuid, ${data.name}, ${data.amountOff})
    ON CONFLICT DO NOTHING`;
}
