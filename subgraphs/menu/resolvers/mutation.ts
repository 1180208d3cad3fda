/** `Mutation`. */
import { payloadOf } from '../../../platform/errors.js';
import type { MutationResolvers } from '../../../schema/types/menu.js';
import { archiveMenuItem } from '../operations/archive-menu-item.js';
import { createFranchise } from '../operations/create-franchise.js';
import { createMenuItem } from '../operations/create-menu-item.js';
import { createOutlet } from '../operations/create-outlet.js';
import { createPromotion } from '../operations/create-promotion.js';
import { endPromotion } from '../operations/end-promotion.js';
import { setOutletPrice } from '../operations/set-outlet-price.js';
import { updateMenuItem } from '../operations/update-menu-item.js';

export const Mutation: MutationResolvers = {
  createMenuItem: (_parent, { input }, context) =>
    payloadOf(async () => ({ menuItem: await createMenuItem(context, input) })),
  updateMenuItem: (_parent, { input }, context) =>
    payloadOf(async () => ({ menuItem: await updateMenuItem(context, input) })),
  archiveMenuItem: (_parent, { menuItemId }, context) =>
    payloadOf(async () => ({ menuItem: await archiveMenuItem(context, menuItemId) })),
  setOutletPrice: (_parent, { input }, context) =>
    payloadOf(async () => ({ menuItem: await setOutletPrice(context, input) })),
  createPromotion: (_parent, { input }, context) =>
    payloadOf(async () => ({ promotion: await createPromotion(context, input) })),
  endPromotion: (_parent, { promotionId }, context) =>
    payloadOf(async () => ({ promotion: await endPromotion(context, promotionId) })),
  createFranchise: (_parent, { input }, context) =>
    payloadOf(async () => ({ franchise: await createFranchise(context, input) })),
  createOutlet: (_parent, { input }, context) =>
    payloadOf(async () => ({ outlet: await createOutlet(context, input) })),
};
