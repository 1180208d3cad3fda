/** `Outlet` as far as orders go: its name, from the copy, its orders, for its staff, and what one would cost, for everybody. */
import { payloadOf } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import type { OutletResolvers } from '../../../schema/types/order.js';
import { listOrdersOfOutlet } from '../operations/list-orders.js';
import { findOutlet } from '../operations/outlets.js';
import { quoteOrder } from '../operations/quote-order.js';
import { lineOf } from './requested-line.js';

export const Outlet: OutletResolvers = {
  __resolveReference: ({ id }) => (isId(id) ? { id } : null),
  name: async ({ id }, _args, context) => (await findOutlet(context, id)).name,
  quote: ({ id }, { lines, rewardDiscount }, context) =>
    payloadOf(async () => ({
      quote: await quoteOrder(context, id, { lines: lines.map(lineOf), rewardDiscount }),
    })),
  orders: ({ id }, args, context) => listOrdersOfOutlet(context, id, args),
};
