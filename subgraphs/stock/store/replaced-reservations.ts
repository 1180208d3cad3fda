/** What is reserved for one order, for a change of it. The caller locks as every statement of reservations does: the order's promise, then its items. */
import type { Transaction } from './database.js';

/** What stock answered for an order, and by which version of it the kitchen last began or undid it; 0 before. */
interface OrderPromise {
  readonly state: 'RESERVED' | 'REJECTED' | 'TAKEN' | 'RELEASED';
  readonly stepVersion: number;
}

/** Null where stock has not answered for the order. */
export async function findAndLockPromise(tx: Transaction, orderId: string): Promise<OrderPromise | null> {
  const [promise] = await tx.$queryRaw<OrderPromise[]>`
    SELECT state::text, coalesce(step_version, 0) AS "stepVersion" FROM order_promise WHERE order_id = ${orderId}::uuid FOR UPDATE`;
  return promise ?? null;
}

/** An outlet's item, how much of it is reserved for the order, and how much could be besides. */
export interface ReservedQuantity {
  readonly stockItemId: string;
  readonly ingredientId: string;
  readonly franchiseId: string;
  readonly outletId: string;
  /** The outlet has it no more; the order still has some reserved. */
  readonly isRemoved: boolean;
  readonly reserved: number;
  /** Below 0 where less is there than was promised. */
  readonly available: number;
}

/** The items that the order has reserved, and those of the ingredients, locked in the order of their ids. */
export async function findAndLockReserved(
  tx: Transaction,
  {
    orderId,
    outletId,
    ingredientIds,
  }: { readonly orderId: string; readonly outletId: string; readonly ingredientIds: readonly string[] },
): Promise<ReservedQuantity[]> {
  await tx.$queryRaw`
    SELECT FROM stock_item
    WHERE outlet_id = ${outletId}::uuid AND removed_at IS NULL AND ingredient_id = ANY (${ingredientIds}::uuid[])
      OR id IN (SELECT stock_item_id FROM reservation WHERE order_id = ${orderId}::uuid AND state = 'RESERVED')
    ORDER BY id FOR UPDATE`;
  return tx.$queryRaw<ReservedQuantity[]>`
    SELECT item.id AS "stockItemId", ingredient_id AS "ingredientId", item.franchise_id AS "franchiseId", item.outlet_id AS "outletId",
           removed_at IS NOT NULL AS "isRemoved", coalesce(quantity, 0) AS reserved, on_hand - item.reserved - drawn AS available
    FROM stock_item AS item
    LEFT JOIN reservation ON order_id = ${orderId}::uuid AND stock_item_id = item.id AND state = 'RESERVED'
    WHERE quantity IS NOT NULL
      OR item.outlet_id = ${outletId}::uuid AND removed_at IS NULL AND ingredient_id = ANY (${ingredientIds}::uuid[])`;
}

/** Sets what is reserved for the order of each item; of 0 nothing is left. The caller writes the movements. */
export async function updateReserved(
  tx: Transaction,
  orderId: string,
  changes: readonly (ReservedQuantity & { readonly quantity: number })[],
): Promise<void> {
  const gone = changes.filter(({ quantity }) => quantity === 0).map(({ stockItemId }) => stockItemId);
  await tx.reservation.deleteMany({ where: { orderId, stockItemId: { in: gone } } });
  for (const { stockItemId, franchiseId, outletId, quantity } of changes) {
    if (quantity === 0) continue;
    await tx.reservation.upsert({
      where: { orderId_stockItemId: { orderId, stockItemId } },
      create: { orderId, stockItemId, franchiseId, outletId, quantity, state: 'RESERVED' },
      update: { quantity },
    });
  }
}
