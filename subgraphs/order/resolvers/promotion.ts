/** `Promotion` as far as orders go: the units that are left. */
import type { PromotionResolvers } from '../../../schema/types/order.js';

export const Promotion: PromotionResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  unitsLeft: ({ id }, _args, { menu }) => menu.unitsLeft(id),
};
