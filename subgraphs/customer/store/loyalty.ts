/**
 * The loyalty ledger: every change of an account is an entry, and the account is their sum. Events arrive in any order and at
 * the same time, so every change locks the account first.
 */
import type { Scope } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { isStaff } from '../../../platform/kit/tenant-scope.js';
import type { CustomerView } from '../domain/customer.js';
import type { LoyaltyBalance, OrderRefund } from '../domain/loyalty.js';
import type { CustomerDatabase, Transaction } from './database.js';
import { seenSql } from './guests.js';

export type LoyaltyEntry = {
  readonly customerId: string;
  readonly change: LoyaltyBalance;
} & (
  | {
      readonly kind: 'EARNED';
      readonly orderId: string;
      readonly orderVersion: number;
      readonly orderTotal: number;
    }
  | { readonly kind: 'UNDONE'; readonly orderId: string; readonly orderVersion: number }
  | { readonly kind: 'REVERSED'; readonly orderId: string }
  | { readonly kind: 'REDEEMED' | 'RETURNED' | 'VOIDED' | 'REINSTATED'; readonly redemptionId: string }
);

export interface LoyaltyAccount extends LoyaltyBalance {
  readonly version: number;
}

/** What an order has earned so far. */
export interface OrderPoints {
  /** Null where no entry says it. */
  readonly total: number | null;
  /** Earned, less what refunds and undone completions took back. */
  readonly points: number;
  /** Of the latest completion, or end of one, that has its entry. */
  readonly version: number;
}

/** What each has; a customer without a completed order has nothing. */
export async function findBalances(
  { prisma }: CustomerDatabase,
  customers: readonly CustomerView[],
): Promise<LoyaltyBalance[]> {
  const guestIds = customers.flatMap(({ id, access }) => (access === 'staff' ? [id] : []));
  const otherIds = customers.flatMap(({ id, access }) => (access === 'staff' ? [] : [id]));
  const [rows, guests] = await Promise.all([
    otherIds.length === 0 ? [] : prisma.loyaltyAccount.findMany({ where: { customerId: { in: otherIds } } }),
    guestIds.length === 0
      ? []
      : prisma.$queryRaw<(LoyaltyBalance & { customerId: string })[]>`
          SELECT customer_id AS "customerId", points, lifetime_points AS "lifetimePoints"
          FROM balances_of_guests(${guestIds}::uuid[])`,
  ]);
  const byCustomer = new Map<string, LoyaltyBalance>(
    [...rows, ...guests].map(({ customerId, points, lifetimePoints }) => [
      customerId,
      { points, lifetimePoints },
    ]),
  );
  return customers.map(({ id }) => byCustomer.get(id) ?? { points: 0, lifetimePoints: 0 });
}

/** The points of each order, less what refunds took back; 0 for orders of customers whom the reader may not see. */
export async function findPointsOfOrders(
  { prisma, pool }: CustomerDatabase,
  scope: Scope,
  orderIds: readonly string[],
): Promise<number[]> {
  const rows = isStaff(scope)
    ? await findPointsOfGuests(pool, scope, orderIds)
    : await findOwnPoints(prisma, scope, orderIds);
  const byOrder = new Map<string | null, number>(rows.map(({ orderId, points }) => [orderId, points]));
  return orderIds.map((orderId) => byOrder.get(orderId) ?? 0);
}

async function findPointsOfGuests(
  pool: CustomerDatabase['pool'],
  scope: Scope,
  orderIds: readonly string[],
): Promise<{ orderId: string; points: number }[]> {
  const seen = seenSql(scope, 'earned.customer_id');
  const { rows } = await pool.query<{ orderId: string; points: number }>(
    `SELECT order_id AS "orderId", points FROM points_of_orders($1::uuid[]) AS earned WHERE ${seen.condition}`,
    [orderIds, ...seen.values],
  );
  return rows;
}

async function findOwnPoints(
  prisma: CustomerDatabase['prisma'],
  { customerId }: Scope,
  orderIds: readonly string[],
): Promise<{ orderId: string | null; points: number }[]> {
  if (customerId === null) return [];
  const rows = await prisma.loyaltyEntry.groupBy({
    by: ['orderId'],
    where: { orderId: { in: [...orderIds] }, customerId },
    _sum: { lifetimePoints: true },
  });
  return rows.map(({ orderId, _sum }) => ({ orderId, points: _sum.lifetimePoints ?? 0 }));
}

/** Locks the account until the transaction ends; inserts it where there is none. */
export async function findAccountForUpdate(tx: Transaction, customerId: string): Promise<LoyaltyAccount> {
  await tx.loyaltyAccount.createMany({
    data: [{ customerId, points: 0, lifetimePoints: 0, version: 0 }],
    skipDuplicates: true,
  });
  await tx.$queryRaw`SELECT 1 FROM loyalty_account WHERE customer_id = ${customerId}::uuid FOR UPDATE`;
  return tx.loyaltyAccount.findUniqueOrThrow({ where: { customerId } });
}

/** Inserts the entry and adds it to the account, which must be locked. */
export async function insertEntry(
  tx: Transaction,
  { change, ...entry }: LoyaltyEntry,
): Promise<LoyaltyAccount> {
  const { points, lifetimePoints } = change;
  await tx.loyaltyEntry.create({ data: { id: newId(), ...entry, points, lifetimePoints } });
  return tx.loyaltyAccount.update({
    where: { customerId: entry.customerId },
    data: {
      points: { increment: points },
      lifetimePoints: { increment: lifetimePoints },
      version: { increment: 1 },
    },
  });
}

/** Null when no completion of the order has an entry. */
export async function findOrderPoints(tx: Transaction, orderId: string): Promise<OrderPoints | null> {
  const entries = await tx.loyaltyEntry.findMany({ where: { orderId } });
  const steps = entries.filter(({ kind }) => kind === 'EARNED' || kind === 'UNDONE');
  if (steps.length === 0) return null;
  const total = steps.find(({ orderTotal }) => orderTotal !== null)?.orderTotal ?? null;
  return {
    total: total === null ? null : Number(total),
    points: entries.reduce((sum, { lifetimePoints }) => sum + lifetimePoints, 0),
    version: Math.max(...steps.map(({ orderVersion }) => orderVersion ?? 0)),
  };
}

export async function findOrderRefund(tx: Transaction, orderId: string): Promise<OrderRefund | null> {
  const row = await tx.orderRefund.findUnique({ where: { orderId } });
  if (row === null) return null;
  return { refunded: Number(row.refunded), captured: Number(row.captured), isWhole: row.isWhole };
}

/** Refunds only grow: an older sum that arrives late changes nothing. */
export async function updateOrderRefund(
  tx: Transaction,
  orderId: string,
  { refunded, captured, isWhole }: OrderRefund,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO order_refund AS known (order_id, refunded, captured, is_whole)
    VALUES (${orderId}::uuid, ${refunded}, ${captured}, ${isWhole})
    ON CONFLICT (order_id) DO UPDATE SET refunded = greatest(known.refunded, excluded.refunded),
      captured = greatest(known.captured, excluded.captured), is_whole = known.is_whole OR excluded.is_whole`;
}
