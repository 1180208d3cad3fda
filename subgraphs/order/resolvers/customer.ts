/** `Customer` as orders see it: a person's orders, all of them for the person, those of their outlets for staff. */
import { isId } from '../../../platform/ids.js';
import { connectionOf } from '../../../platform/paging.js';
import type { CustomerResolvers } from '../../../schema/types/order.js';
import { orderPageOf } from './outlet.js';

export const Customer: CustomerResolvers = {
  __resolveReference: ({ id }) => (isId(id) ? { id } : null),
  async orders({ id }, args, { loaders }) {
    const page = orderPageOf(args);
    const rows = await loaders.page({ owner: 'customer', ownerId: id }, page, null);
    return connectionOf(page, rows, (order) => order.id);
  },
};
