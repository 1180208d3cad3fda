/**
 * Reserves what a substitute requires for an order that was not begun, in place of what the replaced lines required: all of it, or nothing changes.
 * What the order has reserved already stays its own, also where less is there, and what its other lines require is left as it is.
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
  readonly released: readonly RecipeLine[];
  readonly requirements: readonly RecipeLine[];
}

/**
 * @returns false where something of it is not there, or nothing is reserved for the order.
 * @throws where the order's events show that it is not begun and this one came before the one that says so: it is delivered again.
 */
export async function replaceReservation(
  work: Work,
  { orderId, outletId, version, released, requirements }: Replacement,
): Promise<boolean> {
  const promise = await findAndLockPromise(work.tx, orderId);
  if (promise === null) return false;
  if (promise.state === 'TAKEN' && promise.stepVersion < version) {
    throw new Error(`Order ${orderId} has been begun, and that was undone`);
  }
  if (promise.state !== 'RESERVED') return false;
  const [less, more] = [quantitiesOf(released), quantitiesOf(requirements)];
  const items = await findAndLockReserved(work.tx, { orderId, outletId, ingredientIds: [...more.keys()] });
  const changes = items.map((item) => {
    const { ingredientId, reserved } = item;
    const left = Math.max(0, reserved - (less.get(ingredientId) ?? 0));
    // What is reserved of an item that the outlet removed is only given back.
    const added = item.isRemoved ? 0 : (more.get(ingredientId) ?? 0);
    return { ...item, quantity: left + added };
  });
  const offered = new Set(
    items.filter(({ isRemoved }) => !isRemoved).map(({ ingredientId }) => ingredientId),
  );
  const isCovered =
    [...more.keys()].every((ingredientId) => offered.has(ingredientId)) &&
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

function quantitiesOf(lines: readonly RecipeLine[]): ReadonlyMap<string, number> {
  return new Map(lines.map(({ ingredientId, quantity }) => [ingredientId, quantity]));
}
