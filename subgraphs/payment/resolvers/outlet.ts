/** `Outlet` as far as payments go: how orders can be paid there, for everybody. */
import { isId } from '../../../platform/ids.js';
import { paymentMethods } from '../../../platform/outlet-settings/registry.js';
import type { OutletResolvers } from '../../../schema/types/payment.js';
import { PAYMENT_METHODS, providerOf } from '../domain/methods.js';

export const Outlet: OutletResolvers = {
  __resolveReference: ({ id }) => (isId(id) ? { id } : null),
  async paymentMethods({ id }, _args, { loaders, settings, providers }) {
    const franchiseId = await loaders.franchiseOfOutlet.load(id);
    if (franchiseId === null) return null;
    const offered = settings.valueOf(paymentMethods, { outletId: id, franchiseId });
    return PAYMENT_METHODS.filter((method) => offered.includes(method)).map((method) => ({
      method,
      isAvailable: providerOf(method, providers.available) !== null,
    }));
  },
};
