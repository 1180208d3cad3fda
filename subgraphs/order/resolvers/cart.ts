/** `Cart` and its lines: the caller's own, priced when they are read. */
import { add, rupiah } from '../../../platform/money.js';
import type { CartLineResolvers, CartProblemResolvers, CartResolvers } from '../../../schema/types/order.js';
import { problemsOfCart } from '../operations/cart-problems.js';
import { priceCart, priceCartLine } from '../operations/price-cart.js';

export const Cart: CartResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.cart.load(id),
  outlet: ({ outletId }) => ({ id: outletId }),
  lines: ({ id }, _args, { loaders }) => loaders.cartLines.load(id),
  problems: (cart, _args, context) => problemsOfCart(context, cart),
  total: async (cart, _args, context) =>
    rupiah(add(...(await priceCart(context, cart)).map(({ subtotal }) => subtotal))),
};

export const CartProblem: CartProblemResolvers = {
  formerPrice: ({ formerPrice }) => (formerPrice === null ? null : rupiah(formerPrice)),
  presentPrice: ({ presentPrice }) => (presentPrice === null ? null : rupiah(presentPrice)),
};

export const CartLine: CartLineResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.ownCartLine.load(id),
  menuItem: ({ menuItemId }) => ({ id: menuItemId }),
  options: async (line, _args, context) => (await priceCartLine(context, line)).options,
  unitPrice: async (line, _args, context) => rupiah((await priceCartLine(context, line)).unitPrice),
  discount: async (line, _args, context) => rupiah((await priceCartLine(context, line)).discount),
  promotion: async (line, _args, context) => (await priceCartLine(context, line)).promotion,
  subtotal: async (line, _args, context) => rupiah((await priceCartLine(context, line)).subtotal),
};
