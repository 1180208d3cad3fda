/** `Customer`: how much of it is seen depends on who looks. */
import { ErrorCode, notFound, requestError } from '../../../platform/errors.js';
import { pageOf } from '../../../platform/paging.js';
import type { CustomerResolvers, QueryResolvers } from '../../../schema/types/customer.js';
import { callerOf } from '../context.js';
import { standingOf } from '../domain/loyalty.js';
import { readNotifications } from '../store/notifications.js';
import { readRedemptions } from '../store/redemptions.js';

export const me: NonNullable<QueryResolvers['me']> = async (_parent, _args, { identity, loaders }) => {
  const customer = await loaders.customer.load(callerOf(identity));
  if (customer === null) throw notFound('Customer');
  return customer;
};

export const Customer: CustomerResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.customer.load(id),
  email: ({ email, access }) => {
    if (access === 'staff') throw requestError(ErrorCode.FORBIDDEN, 'Not allowed');
    return email;
  },
  roles: (customer, _args, { loaders }) => loaders.roles.load(customer),
  loyalty: async (customer, _args, { loaders }) => standingOf(await loaders.balance.load(customer)),
  redemptions: (customer, page, { database }) => readRedemptions(database, customer, pageOf(page)),
  notifications: async (customer, page, { database }) => ({
    ...(await readNotifications(database, customer, pageOf(page))),
    customerId: customer.id,
  }),
};
