/** `Franchise` and its outlets. */
import { connectionOf, idPageOf } from '../../../platform/kit/paging.js';
import type { FranchiseResolvers } from '../../../schema/types/menu.js';

export const Franchise: FranchiseResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.franchise.load(id),
  outlets: async ({ id: franchiseId }, args, { loaders }) => {
    const page = idPageOf(args);
    return connectionOf(
      page,
      await loaders.franchiseOutlets(page).load(franchiseId),
      ({ id }) => id,
      () => loaders.franchiseOutletCount.load(franchiseId),
    );
  },
};
