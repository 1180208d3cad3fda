/**
 * The loyalty ledger: every change of an account is an entry, and the account is their sum. Events come in any order, so
 * all effects take the account's lock first: an order that was refunded before its completion is heard of earns nothing.
 */
import type { Scope } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { type LoyaltyBalance, pointsFor, reversalOf } from '../domain/loyalty.js';
import { type CustomerView, isCustomer } from './customers.js';
import type { CustomerDatabase, Transaction, Work } from './database.js';

/** What an entry did. */
export interface Earned {
  readonly points: number;
  readonly balance: number;
}

/** What an order or a redemption does to an account. */
type Change = {
  readonly customerId: string;
  readonly change: LoyaltyBalance;
} & (
  | { readonly kind: 'EARNED' | 'REVERSED'; readonly orderId: string }
  | { readonly kind: 'REDEEMED' | 'RETURNED'; readonly redemptionId: string }
);

/** For `order.completed`. Null when nothing was earned. */
export async function earnPoints(
  { tx, emit }: Work,
  {
    customerId,
    orderId,
    total,
  }: { readonly customerId: string; readonly orderId: string; readonly total: number },
): Promise<Earned | null> {
  if (!(await isCustomer(tx, customerId))) return null;
  await lockAccount(tx, customerId);
  const entries = await tx.loyaltyEntry.findMany({ where: { orderId } });
  if (entries.some(({ kind }) => kind === 'EARNED')) return null;
  const points = entries.length > 0 ? 0 : pointsFor(total);
  const account = await changeAccount(tx, {
    customerId,
    orderId,
    kind: 'EARNED',
    change: { points, lifetimePoints: points },
  });
  if (points === 0) return null;
  emit({
    type: 'loyalty.points-earned',
    aggregateId: customerId,
    aggregateVersion: account.version,
    data: { customerId, orderId, points, balance: account.points },
  });
  return { points, balance: account.points };
}

/** For `order.refunded`: what the order earned goes back. */
export async function reversePoints(
  { tx }: Work,
  { customerId, orderId }: { readonly customerId: string; readonly orderId: string },
): Promise<void> {
  if (!(await isCustomer(tx, customerId))) return;
  const balance = await lockAccount(tx, customerId);
  const entries = await tx.loyaltyEntry.findMany({ where: { orderId } });
  if (entries.some(({ kind }) => kind === 'REVERSED')) return;
  const earned = entries.find(({ kind }) => kind === 'EARNED')?.points ?? 0;
  await changeAccount(tx, { customerId, orderId, kind: 'REVERSED', change: reversalOf(earned, balance) });
}

/** What each has; who never completed an order has nothing. */
export async function readBalances(
  { prisma }: CustomerDatabase,
  customers: readonly CustomerView[],
): Promise<LoyaltyBalance[]> {
  const rows = await prisma.loyaltyAccount.findMany({
    where: { customerId: { in: customers.map(({ id }) => id) } },
  });
  const byCustomer = new Map(rows.map((row) => [row.customerId, row]));
  return customers.map(({ id }) => byCustomer.get(id) ?? { points: 0, lifetimePoints: 0 });
}

/** What each order earned; 0 for those outside the scope. */
export async function readPointsEarned(
  { prisma }: CustomerDatabase,
  scope: Scope,
  orderIds: readonly string[],
): Promise<number[]> {
  const owner = ownerIn(scope);
  const ids = orderIds.filter(isId);
  const rows =
    owner === null
      ? []
      : await prisma.loyaltyEntry.findMany({ where: { orderId: { in: ids }, kind: 'EARNED', ...owner } });
  const byOrder = new Map(rows.map(({ orderId, points }) => [orderId, points]));
  return orderIds.map((orderId) => byOrder.get(orderId) ?? 0);
}

/** Whose orders the caller sees: staff everybody's, a customer their own, nobody none. */
export function ownerIn(scope: Scope): { customerId?: string } | null {
  const isStaff = scope.everywhere || scope.franchiseIds.length + scope.outletIds.length > 0;
  if (isStaff) return {};
  return scope.customerId === null ? null : { customerId: scope.customerId };
}

/** Until the transaction ends nobody else changes the account; made when there is none. */
export async function lockAccount(tx: Transaction, customerId: string): Promise<LoyaltyBalance> {
  await tx.loyaltyAccount.createMany({
    data: [{ customerId, points: 0, lifetimePoints: 0, version: 0 }],
    skipDuplicates: true,
  });
  await tx.$queryRaw`SELECT 1 FROM loyalty_account WHERE customer_id = ${customerId}::uuid FOR UPDATE`;
  return tx.loyaltyAccount.findUniqueOrThrow({ where: { customerId } });
}

/** With its entry in the ledger. The account must be locked. */
export async function changeAccount(tx: Transaction, { change, ...entry }: Change) {
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
