/** Carts: the caller's own, priced from the menu as it is when looked at. */
import { notFound, payloadOf, UserFault } from '../../../platform/errors.js';
import { add, rupiah } from '../../../platform/money.js';
import type {
  CartLineResolvers,
  CartResolvers,
  MutationResolvers,
  QueryResolvers,
} from '../../../schema/types/order.js';
import { type Context, callerOf } from '../context.js';
import { faultsOfLine } from '../domain/lines.js';
import { checkLineToAdd, type PricedLine, priceForDisplay } from '../domain/pricing.js';
import { outletOf } from '../operations/place-order.js';
import {
  addCartLine,
  type CartLineRecord,
  type CartRecord,
  changeCartLine,
  openCart,
} from '../store/carts.js';
import { wantedLine } from './wanted-line.js';

export const cart: Required<QueryResolvers>['cart'] = (_root, { outletId }, context) =>
  openCart(context.database, callerOf(context.identity), outletOf(context, outletId).id);

export const addToCart: Required<MutationResolvers>['addToCart'] = (_root, { input }, context) =>
  payloadOf(async () => {
    const outlet = outletOf(context, input.outletId);
    const line = wantedLine({ ...input, quantity: input.quantity ?? 1 });
    checkLineToAdd(context.catalogue.menuAt(outlet, new Date()), line);
    const own = await openCart(context.database, callerOf(context.identity), outlet.id);
    await addCartLine(context.database, own, line);
    context.loaders.cartLines.clear(own.id);
    return { cart: own };
  });

export const updateCartLine: Required<MutationResolvers>['updateCartLine'] = (_root, { input }, context) =>
  payloadOf(async () => {
    const { cartLineId, quantity, note } = input;
    const change = (line: CartLineRecord) => {
      const changed = {
        ...line,
        quantity: quantity ?? line.quantity,
        note: note === undefined ? line.note : note,
      };
      const faults = faultsOfLine(changed, []);
      if (faults.length > 0) throw new UserFault(faults);
      return changed;
    };
    return { cart: await changed(context, cartLineId, quantity === 0 ? null : change) };
  });

export const removeCartLine: Required<MutationResolvers>['removeCartLine'] = (
  _root,
  { cartLineId },
  context,
) => payloadOf(async () => ({ cart: await changed(context, cartLineId, null) }));

export const Cart: CartResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.carts.load(id),
  outlet: ({ outletId }) => ({ id: outletId }),
  lines: ({ id }, _args, { loaders }) => loaders.cartLines.load(id),
  async total({ id, outletId }, _args, context) {
    const lines = await context.loaders.cartLines.load(id);
    return rupiah(add(...pricedAt(context, outletId, lines).map(({ subtotal }) => subtotal)));
  },
};

export const CartLine: CartLineResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.ownCartLines.load(id),
  menuItem: ({ menuItemId }) => ({ id: menuItemId }),
  options: async (line, _args, context) => (await priced(context, line)).options,
  unitPrice: async (line, _args, context) => rupiah((await priced(context, line)).unitPrice),
  discount: async (line, _args, context) => rupiah((await priced(context, line)).discount),
  promotion: async (line, _args, context) => (await priced(context, line)).promotion,
  subtotal: async (line, _args, context) => rupiah((await priced(context, line)).subtotal),
};

async function changed(
  { database, identity, loaders }: Context,
  lineId: string,
  change: Parameters<typeof changeCartLine>[3],
): Promise<CartRecord> {
  const own = await changeCartLine(database, callerOf(identity), lineId, change);
  loaders.cartLines.clear(own.id);
  return own;
}

/** With the other lines of its cart, as they share what is left of promotions. */
async function priced(context: Context, line: CartLineRecord): Promise<PricedLine> {
  const cart = await context.loaders.carts.load(line.cartId);
  if (cart === null) throw notFound('Cart');
  const lines = await context.loaders.cartLines.load(cart.id);
  const found = pricedAt(context, cart.outletId, lines)[lines.findIndex(({ id }) => id === line.id)];
  if (found === undefined) throw notFound('Cart line');
  return found;
}

function pricedAt({ catalogue }: Context, outletId: string, lines: readonly CartLineRecord[]): PricedLine[] {
  const outlet = catalogue.outlet(outletId);
  if (outlet === undefined) throw notFound('Outlet');
  return priceForDisplay(catalogue.menuAt(outlet, new Date()), lines);
}
