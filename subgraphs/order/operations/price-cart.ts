/** Prices a cart from the menu as it is now. Lines that cannot be ordered any more are shown with what is left of them. */
import { notFound } from '../../../platform/errors.js';
import type { Context } from '../context.js';
import type { CartLineRecord } from '../domain/cart.js';
import { type ChargedOrder, chargesOf } from '../domain/charges.js';
import { type PricedLine, priceForDisplay, type TaxedLine } from '../domain/pricing.js';
import { chargeRulesAt } from './charge-rules.js';

/** By the list of lines that an operation has loaded: all of its fields show the prices of one moment. */
const pricedCarts = new WeakMap<readonly CartLineRecord[], readonly TaxedLine[]>();

export async function priceCart(
  { loaders, menu }: Context,
  cart: { readonly id: string; readonly outletId: string },
): Promise<readonly TaxedLine[]> {
  const lines = await loaders.cartLines.load(cart.id);
  const known = pricedCarts.get(lines);
  if (known !== undefined) return known;
  const outlet = menu.outlet(cart.outletId);
  if (outlet === undefined) throw notFound('Outlet');
  const priced = priceForDisplay(menu.menuAt(outlet, new Date()), lines);
  pricedCarts.set(lines, priced);
  return priced;
}

/** What the cart would cost if it were ordered so: as an order of the same lines, before rewards. */
export async function cartCharges(
  context: Context,
  cart: { readonly id: string; readonly outletId: string },
): Promise<ChargedOrder> {
  const lines = await priceCart(context, cart);
  const outlet = context.menu.outlet(cart.outletId);
  if (outlet === undefined) throw notFound('Outlet');
  const place = { outletId: outlet.id, franchiseId: outlet.franchiseId };
  return chargesOf(lines, 0, chargeRulesAt(context.settings, place));
}

/** Priced with the other lines of its cart, since they share the units left of promotions. */
export async function priceCartLine(context: Context, line: CartLineRecord): Promise<PricedLine> {
  const cart = await context.loaders.cart.load(line.cartId);
  if (cart === null) throw notFound('Cart');
  const lines = await context.loaders.cartLines.load(cart.id);
  const priced = (await priceCart(context, cart))[lines.findIndex(({ id }) => id === line.id)];
  if (priced === undefined) throw notFound('Cart line');
  return priced;
}
