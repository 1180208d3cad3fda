/**
 * Makes what is reserved for an order that was not begun exactly what it requires with a substitute: all of it, or nothing changes. What the order
 * has reserved already stays its own, also where less is there.
 */
import type { RecipeLine } from '../../domain/servings.js';
import type { Work } from '../../store/database.js';
import {
  findAndLockPromise,
  findAndLockReserved,
  type ReservedQuantity,
  updateReserved,
} from '../../store/replaced-reservations.js';
import { recordMovements } from '../record-movements.js';

interface Replacement {
  readonly orderId: string;
  readonly outletId: string;
  /** Of the order when its guest accepted. */
  readonly version: number;
  readonly requirements: readonly RecipeLine[];
}

/**
 * @returns false where something of it is not there, or nothing is reserved for the order.
 * @throws where the order's events show that it is not begun and this one came before the one that says so: it is delivered again.
 */
export async function replaceReservation(
  work: Work,
  { orderId, outletId, version, requirements }: Replacement,
): Promise<boolean> {
  const promise = await findAndLockPromise(work.tx, orderId);
  if (promise === null) return false;
  if (promise.state === 'TAKEN' && promise.stepVersion < version) {
    throw new Error(`Order ${orderId} has been begun, and that was undone`);
  }
  if (promise.state !== 'RESERVED') return false;
  const wanted = new Map(requirements.map(({ ingredientId, quantity }) => [ingredientId, quantity]));
  const items = await findAndLockReserved(work.tx, { orderId, outletId, ingredientIds: [...wanted.keys()] });
  const changes = items.map((item) => ({ ...item, quantity: wanted.get(item.ingredientId) ?? 0 }));
  const isCovered =
    changes.filter(({ ingredientId }) => wanted.has(ingredientId)).length === wanted.size &&
    changes.every(({ quantity, reserved, available }) => quantity - reserved <= Math.max(0, available));
  if (!isCovered) return false;
  const changed = changes.filter(({ quantity, reserved }) => quantity !== reserved);
  await updateReserved(work.tx, orderId, changed);
  await recordMovements(
    work,
    changed.map((change) => movementOf(orderId, change)),
  );
  return true;
}

function movementOf(
  orderId: string,
  {
    stockItemId,
    franchiseId,
    outletId,
    quantity,
    reserved,
  }: ReservedQuantity & { readonly quantity: number },
) {
  const delta = quantity - reserved;
  const kind = delta > 0 ? ('RESERVATION' as const) : ('RELEASE' as const);
  return { stockItemId, franchiseId, outletId, figure: 'RESERVED' as const, delta, kind, orderId };
}
