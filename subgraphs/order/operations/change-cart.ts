/**
 * Changes the caller's cart. Carts are priced when they are read; what a unit cost when the guest changed its line is stored, to be compared
 * with (`cart-problems.ts`).
 */
import { UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';
import type { CartLineRecord, CartRecord, NewCartLine } from '../domain/cart.js';
import { checkLineToAdd, shownPriceOf } from '../domain/pricing.js';
import { faultsOfLine, normalizedNote, type RequestedLine } from '../domain/requested-line.js';
import { findOrInsertCart, insertCartLine, updateCartLine as storeCartLine } from '../store/carts.js';
import { withUsualOptions } from './favourites.js';
import { findOutlet } from './outlets.js';
import { menuKnowing } from './placement.js';

export async function openCart(context: Context, outletId: string): Promise<CartRecord> {
  const outlet = await findOutlet(context, outletId);
  return findOrInsertCart(context.database, context.cause, callerOf(context.identity), outlet.id);
}

/** @param takesUsualOptions instead of those requested, where the item is a favourite. @throws UserFault for a line that could not be ordered now. */
export async function addToCart(
  context: Context,
  outletId: string,
  requested: RequestedLine,
  { takesUsualOptions = false }: { readonly takesUsualOptions?: boolean } = {},
): Promise<CartRecord> {
  const { cause, database, loaders, menu } = context;
  const outlet = await findOutlet(context, outletId);
  const line = takesUsualOptions ? await withUsualOptions(context, requested) : requested;
  const present = await menuKnowing(menu, outlet, [line]);
  checkLineToAdd(present, line);
  const cart = await findOrInsertCart(database, cause, callerOf(context.identity), outlet.id);
  await insertCartLine(database, cause, cart, { ...line, shownPrice: shownPriceOf(present, line) });
  loaders.cartLines.clear(cart.id);
  return cart;
}

export interface CartLineChange {
  /** 0 removes the line; left out or null, it stays. */
  readonly quantity?: number | null;
  /** Left out, it stays. */
  readonly note?: string | null;
}

export function updateCartLine(
  context: Context,
  lineId: string,
  { quantity, note }: CartLineChange,
): Promise<CartRecord> {
  if (quantity === 0) return removeCartLine(context, lineId);
  const { menu } = context;
  return changeLine(context, lineId, (line, { outletId }) => {
    const changed = {
      ...line,
      quantity: quantity ?? line.quantity,
      note: note === undefined ? line.note : normalizedNote(note),
    };
    const faults = faultsOfLine(changed, []);
    if (faults.length > 0) throw new UserFault(faults);
    const outlet = menu.outlet(outletId);
    const shownPrice = outlet === undefined ? null : shownPriceOf(menu.menuAt(outlet, new Date()), changed);
    return { ...changed, shownPrice };
  });
}

export function removeCartLine(context: Context, lineId: string): Promise<CartRecord> {
  return changeLine(context, lineId, null);
}

async function changeLine(
  { cause, database, identity, loaders }: Context,
  lineId: string,
  change: ((line: CartLineRecord, cart: CartRecord) => NewCartLine) | null,
): Promise<CartRecord> {
  const cart = await storeCartLine(database, cause, callerOf(identity), lineId, change);
  loaders.cartLines.clear(cart.id);
  return cart;
}
