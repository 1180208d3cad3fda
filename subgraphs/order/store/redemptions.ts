/** The copy of redeemed rewards, from which a guest's own are spent on orders. */
import type { DomainEvent } from '../../../platform/events/envelope.js';
import { isId } from '../../../platform/ids.js';
import type { Redemption } from '../domain/reward.js';
import type { OrderDatabase, OrderWork } from './database.js';

export interface OwnRedemption extends Redemption {
  readonly isSpent: boolean;
  readonly isVoid: boolean;
}

/** In the order of `ids`; null for one that is not in the copy or is another customer's. */
export async function findOwnRedemptions(
  { prisma }: OrderDatabase,
  customerId: string,
  ids: readonly string[],
): Promise<(OwnRedemption | null)[]> {
  const rows = await prisma.$queryRaw<(Omit<OwnRedemption, 'amountOff'> & { amountOff: bigint })[]>`
    SELECT copy.id, amount_off AS "amountOff", is_void AS "isVoid", spent.redemption_id IS NOT NULL AS "isSpent"
    FROM redemption_copy AS copy LEFT JOIN spent_redemption AS spent ON spent.redemption_id = copy.id
    WHERE copy.customer_id = ${customerId}::uuid AND copy.id = ANY(${ids.filter(isId)}::uuid[])`;
  const found = new Map(rows.map((row) => [row.id, { ...row, amountOff: Number(row.amountOff) }]));
  return ids.map((id) => found.get(id) ?? null);
}

/** A redemption's terms never change, and a void one stays void, so a repeated or late event changes nothing. */
export async function insertRedemption(
  { tx }: OrderWork,
  { data }: DomainEvent<'reward.redeemed'>,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO redemption_copy (id, customer_id, name, amount_off)
    VALUES (${data.redemptionId}::uuid, ${data.customerId}::uuid, ${data.name}, ${data.amountOff})
    ON CONFLICT DO NOTHING`;
}

/** A row that is void before its redemption is copied needs no terms: it is never spent. */
export async function voidRedemption(
  { tx }: OrderWork,
  { data }: DomainEvent<'reward.voided'>,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO redemption_copy (id, customer_id, name, amount_off, is_void)
    VALUES (${data.redemptionId}::uuid, ${data.customerId}::uuid, '', 1, true)
    ON CONFLICT (id) DO UPDATE SET is_void = true`;
}
