/** `Franchise` and its outlets. */
import { connectionOf, idPageOf } from '../../../platform/kit/paging.js';
import type { FranchiseResolvers } from '../../../schema/types/menu.js';
import { settingsOfFranchise } from '../operations/read-settings.js';

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
  settings: ({ id }, _args, context) => settingsOfFranchise(context, id),
};
