/** `Customer`: how much of it is shown depends on the reader. */
import { ErrorCode, forbidden, notFound, requestError } from '../../../platform/errors.js';
import { idPageOf } from '../../../platform/kit/paging.js';
import type { CustomerResolvers } from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import { NEVER_GIVEN } from '../domain/consent.js';
import { type CustomerView, seesWholeAccount } from '../domain/customer.js';
import { standingOf } from '../domain/loyalty.js';
import { needsSecondFactor } from '../operations/session.js';
import { findNotificationPage } from '../store/notifications.js';
import { findRedemptionPage } from '../store/redemptions.js';

/** @throws NOT_FOUND */
export async function requireCustomer({ loaders }: Context, id: string): Promise<CustomerView> {
  const customer = await loaders.customer.load(id);
  if (customer === null) throw notFound('Customer');
  return customer;
}

export const Customer: CustomerResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.customer.load(id),
  email: ({ email, access }) => {
    if (!seesWholeAccount(access)) throw forbidden();
    return email;
  },
  isEmailVerified: ({ isEmailVerified, access }) => {
    if (!seesWholeAccount(access)) throw forbidden();
    return isEmailVerified;
  },
  language: ({ language, access }) => {
    if (!seesWholeAccount(access)) throw forbidden();
    return language === 'en' ? 'EN' : 'ID';
  },
  secondFactor: async ({ id, access }, _args, { secondFactors, settings }) => {
    if (!seesWholeAccount(access)) throw forbidden();
    const state = await secondFactors.load(id);
    if (state === null) throw notFound('Customer');
    const { confirmedAt, recoveryCodesLeft, roles } = state;
    return {
      ...{ isSet: confirmedAt !== null, setAt: confirmedAt, recoveryCodesLeft },
      isRequired: roles.some((role) => needsSecondFactor(settings, role)),
    };
  },
  analyticsConsent: async (customer, _args, context) => {
    if (!seesWholeAccount(customer.access)) throw forbidden();
    const { isGranted, at, notice } =
      (await context.readerOf(customer).loaders.consent.load(customer.id)) ?? NEVER_GIVEN;
    return { isGranted, changedAt: at, notice };
  },
  roles: (customer, _args, context) => context.readerOf(customer).loaders.roles.load(customer),
  loyalty: async (customer, _args, context) => {
    if (customer.access === 'colleague') throw forbidden();
    return standingOf(await context.readerOf(customer).loaders.balance.load(customer));
  },
  redemptions: (customer, page, context) => {
    if (!seesWholeAccount(customer.access)) throw forbidden();
    return findRedemptionPage(context.readerOf(customer).database, customer.id, idPageOf(page));
  },
  notifications: async (customer, page, context) => {
    if (customer.access !== 'own')
      throw requestError(ErrorCode.FORBIDDEN, 'Notifications are for their recipient alone');
    const { database } = context.readerOf(customer);
    return { ...(await findNotificationPage(database, customer.id, idPageOf(page))), customer };
  },
};
