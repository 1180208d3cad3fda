/** `Outlet`. */
import { notFound } from '../../../platform/errors.js';
import type { OutletResolvers } from '../../../schema/types/menu.js';

export const Outlet: OutletResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.outlet.load(id),
  franchise: async ({ franchiseId }, _args, { loaders }) => {
    const franchise = await loaders.franchise.load(franchiseId);
    if (franchise === null) throw notFound('Franchise');
    return franchise;
  },
};
