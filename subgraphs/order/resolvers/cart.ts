/** `Cart` and its lines: the caller's own, priced when they are read. */
import { rupiah } from '../../../platform/money.js';
import type { CartLineResolvers, CartProblemResolvers, CartResolvers } from '../../../schema/types/order.js';
import { problemsOfCart } from '../operations/cart-problems.js';
import { cartCharges, priceCartLine } from '../operations/price-cart.js';

export const Cart: CartResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.cart.load(id),
  outlet: ({ outletId }) => ({ id: outletId }),
  lines: ({ id }, _args, { loaders }) => loaders.cartLines.load(id),
  problems: (cart, _args, context) => problemsOfCart(context, cart),
  serviceCharge: async (cart, _args, context) => rupiah((await cartCharges(context, cart)).serviceCharge),
  taxes: async (cart, _args, context) => [...(await cartCharges(context, cart)).taxes],
  rounding: async (cart, _args, context) => rupiah((await cartCharges(context, cart)).rounding),
  total: async (cart, _args, context) => rupiah((await cartCharges(context, cart)).total),
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
