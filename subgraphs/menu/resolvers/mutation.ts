/** `Mutation`. */
import { payloadOf } from '../../../platform/errors.js';
import type { MutationResolvers } from '../../../schema/types/menu.js';
import { archiveMenuItem, restoreMenuItem } from '../operations/archive-menu-item.js';
import { importMenu } from '../operations/bulk/import-menu.js';
import { archiveCategory, createCategory, updateCategory } from '../operations/change-category.js';
import { closeOutlet, openOutlet, pauseOutlet } from '../operations/change-outlet-status.js';
import { createFranchise } from '../operations/create-franchise.js';
import { createMenuItem } from '../operations/create-menu-item.js';
import { createOutlet } from '../operations/create-outlet.js';
import { createPromotion } from '../operations/create-promotion.js';
import { endPromotion } from '../operations/end-promotion.js';
import { setAvailability } from '../operations/set-availability.js';
import { setOutletPrice } from '../operations/set-outlet-price.js';
import { setSetting } from '../operations/set-setting.js';
import { updateMenuItem } from '../operations/update-menu-item.js';
import { updateOutlet } from '../operations/update-outlet.js';

export const Mutation: MutationResolvers = {
  createMenuItem: (_parent, { input }, context) =>
    payloadOf(async () => ({ menuItem: await createMenuItem(context, input) })),
  updateMenuItem: (_parent, { input }, context) =>
    payloadOf(async () => ({ menuItem: await updateMenuItem(context, input) })),
  archiveMenuItem: (_parent, { menuItemId }, context) =>
    payloadOf(async () => ({ menuItem: await archiveMenuItem(context, menuItemId) })),
  restoreMenuItem: (_parent, { menuItemId }, context) =>
    payloadOf(async () => ({ menuItem: await restoreMenuItem(context, menuItemId) })),
  setOutletPrice: (_parent, { input }, context) =>
    payloadOf(async () => ({ menuItem: await setOutletPrice(context, input) })),
  setAvailability: (_parent, { input }, context) =>
    payloadOf(async () => ({ ...(await setAvailability(context, input)) })),
  createPromotion: (_parent, { input }, context) =>
    payloadOf(async () => ({ promotion: await createPromotion(context, input) })),
  endPromotion: (_parent, { promotionId }, context) =>
    payloadOf(async () => ({ promotion: await endPromotion(context, promotionId) })),
  createCategory: (_parent, { input }, context) =>
    payloadOf(async () => ({ category: await createCategory(context, input) })),
  updateCategory: (_parent, { input }, context) =>
    payloadOf(async () => ({ category: await updateCategory(context, input) })),
  archiveCategory: (_parent, { categoryId }, context) =>
    payloadOf(async () => ({ category: await archiveCategory(context, categoryId) })),
  createFranchise: (_parent, { input }, context) =>
    payloadOf(async () => ({ franchise: await createFranchise(context, input) })),
  createOutlet: (_parent, { input }, context) =>
    payloadOf(async () => ({ outlet: await createOutlet(context, input) })),
  updateOutlet: (_parent, { input }, context) =>
    payloadOf(async () => ({ outlet: await updateOutlet(context, input) })),
  openOutlet: (_parent, { outletId }, context) =>
    payloadOf(async () => ({ outlet: await openOutlet(context, outletId) })),
  pauseOutlet: (_parent, { outletId, until }, context) =>
    payloadOf(async () => ({ outlet: await pauseOutlet(context, outletId, until ?? null) })),
  closeOutlet: (_parent, { outletId }, context) =>
    payloadOf(async () => ({ outlet: await closeOutlet(context, outletId) })),
  setSetting: (_parent, { input }, context) =>
    payloadOf(async () => ({ setting: await setSetting(context, input) })),
  importMenu: (_parent, { input }, context) => importMenu(context, input),
};
