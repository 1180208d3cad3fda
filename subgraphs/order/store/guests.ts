/** Guests at the counter: what they are called by, and the copy of members' phone numbers. */
import type { Pool } from 'pg';
import type { DomainEvent } from '../../../platform/events/envelope.js';
import type { OrderGuest } from '../domain/order.js';
import type { OrderDatabase, OwnOrderDatabase, Transaction } from './database.js';

/** Complaints about an order come within it. */
const RETENTION_DAYS = 30;
const PRUNED_AT_ONCE = 1_000;

/** Of the orders of the caller's outlets that have one. */
export async function findGuests(
  { prisma }: OrderDatabase,
  orderIds: readonly string[],
): Promise<(OrderGuest & { readonly orderId: string })[]> {
  return prisma.orderGuest.findMany({
    where: { orderId: { in: [...orderIds] } },
    select: { orderId: true, name: true, table: true },
  });
}

/** @returns whether there may be more. */
export async function pruneGuests(pool: Pick<Pool, 'query'>): Promise<boolean> {
  const { rowCount } = await pool.query(
    `DELETE FROM order_guest WHERE order_id IN
       (SELECT order_id FROM order_guest WHERE placed_at < now() - interval '${RETENTION_DAYS} days'
        ORDER BY placed_at LIMIT ${PRUNED_AT_ONCE})`,
  );
  return rowCount === PRUNED_AT_ONCE;
}

/** Two at most: more than one is as many as any. */
export async function findMembersByPhone(
  { pool }: Pick<OwnOrderDatabase, 'pool'>,
  phone: string,
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    'SELECT customer_id AS id FROM member_phone WHERE phone = $1 LIMIT 2',
    [phone],
  );
  return rows.map(({ id }) => id);
}

/** A newer version stays, and so does the account's erasure. */
export async function upsertMemberPhone(
  tx: Transaction,
  { data, aggregateVersion }: DomainEvent<'customer.phone-changed'>,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO member_phone (customer_id, phone, version)
    SELECT ${data.customerId}::uuid, ${data.phone}, ${aggregateVersion}
    WHERE NOT EXISTS (SELECT FROM erased_customer WHERE customer_id = ${data.customerId}::uuid)
    ON CONFLICT (customer_id) DO UPDATE SET phone = excluded.phone, version = excluded.version
    WHERE member_phone.version < excluded.version`;
}

export async function deleteGuestsOf(tx: Transaction, customerIds: readonly string[]): Promise<void> {
  const where = { customerId: { in: [...customerIds] } };
  await tx.memberPhone.deleteMany({ where });
  await tx.orderGuest.deleteMany({ where });
}
