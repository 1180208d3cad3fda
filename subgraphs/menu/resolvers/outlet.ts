/** `Outlet` and `Franchise`: finding them, and adding to the chain. */
import { notFound, payloadOf } from '../../../platform/errors.js';
import { connectionOf, idPageOf } from '../../../platform/kit/paging.js';
import type {
  FranchiseResolvers,
  MutationResolvers,
  OutletResolvers,
  QueryResolvers,
} from '../../../schema/types/menu.js';
import { createFranchise as foundFranchise } from '../operations/create-franchise.js';
import { createOutlet as addOutlet } from '../operations/create-outlet.js';
import { findOutletPage } from '../store/outlets.js';

export const outlets: NonNullable<QueryResolvers['outlets']> = (_parent, { city, ...page }, { database }) =>
  findOutletPage(database, city?.replaceAll('\0', '') ?? null, idPageOf(page));

export const outlet: NonNullable<QueryResolvers['outlet']> = async (_parent, { id }, { loaders }) => {
  const found = await loaders.outlet.load(id);
  if (found === null) throw notFound('Outlet');
  return found;
};

export const createFranchise: NonNullable<MutationResolvers['createFranchise']> = (
  _parent,
  { input },
  context,
) => payloadOf(async () => ({ franchise: await foundFranchise(context, input) }));

export const createOutlet: NonNullable<MutationResolvers['createOutlet']> = (_parent, { input }, context) =>
  payloadOf(async () => ({ outlet: await addOutlet(context, input) }));

export const Outlet: OutletResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.outlet.load(id),
  franchise: async ({ franchiseId }, _args, { loaders }) => {
    const franchise = await loaders.franchise.load(franchiseId);
    if (franchise === null) throw notFound('Franchise');
    return franchise;
  },
};

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
