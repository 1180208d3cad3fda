/** `Customer` as far as orders go: all of a person's orders for the person, those of their outlets for staff. */
import { isId } from '../../../platform/ids.js';
import { idPageOf } from '../../../platform/kit/paging.js';
import type { CustomerResolvers } from '../../../schema/types/order.js';
import { readFavourites } from '../operations/favourites.js';
import { listOrdersOfCustomer } from '../operations/list-orders.js';
import { readMemberCode } from '../operations/member-codes.js';

export const Customer: CustomerResolvers = {
  __resolveReference: ({ id }) => (isId(id) ? { id } : null),
  memberCode: ({ id }, _args, context) => readMemberCode(context, id),
  favourites: ({ id }, page, context) => readFavourites(context, id, idPageOf(page)),
  orders: ({ id }, args, context) => listOrdersOfCustomer(context, id, args),
};
