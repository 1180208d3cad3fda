/** `Promotion`. */
import { rupiah } from '../../../platform/money.js';
import type { PromotionResolvers } from '../../../schema/types/menu.js';
import { stateAt } from '../domain/promotion.js';

export const Promotion: PromotionResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.promotion.load(id),
  state: (promotion) => stateAt(promotion, new Date()),
  amountOff: ({ amountOff }) => (amountOff === null ? null : rupiah(amountOff)),
  menuItems: async ({ menuItemIds }, _args, { loaders }) =>
    existing(await loaders.menuItem.loadMany(menuItemIds)),
  outlets: async ({ outletIds }, _args, { loaders }) => existing(await loaders.outlet.loadMany(outletIds)),
};

/** @throws the first failure. */
function existing<Row extends object>(rows: readonly (Row | Error | null)[]): Row[] {
  return rows.flatMap((row) => {
    if (row instanceof Error) throw row;
    return row === null ? [] : [row];
  });
}
