/** `Promotion`: finding what runs, creating and ending promotions. */
import { notFound, payloadOf } from '../../../platform/errors.js';
import { idPageOf } from '../../../platform/kit/paging.js';
import { rupiah } from '../../../platform/money.js';
import type { MutationResolvers, PromotionResolvers, QueryResolvers } from '../../../schema/types/menu.js';
import { createPromotion as create } from '../operations/create-promotion.js';
import { endPromotion as end } from '../operations/end-promotion.js';
import { findRunningPage } from '../store/promotions.js';

export const promotions: NonNullable<QueryResolvers['promotions']> = async (
  _parent,
  { outletId, ...page },
  { database, loaders },
) => {
  const outlet = await loaders.outlet.load(outletId);
  if (outlet === null) throw notFound('Outlet');
  return findRunningPage(database, outlet.id, idPageOf(page));
};

export const promotion: NonNullable<QueryResolvers['promotion']> = async (_parent, { id }, { loaders }) => {
  const found = await loaders.promotion.load(id);
  if (found === null) throw notFound('Promotion');
  return found;
};

export const createPromotion: NonNullable<MutationResolvers['createPromotion']> = (
  _parent,
  { input },
  context,
) => payloadOf(async () => ({ promotion: await create(context, input) }));

export const endPromotion: NonNullable<MutationResolvers['endPromotion']> = (
  _parent,
  { promotionId },
  context,
) => payloadOf(async () => ({ promotion: await end(context, promotionId) }));

export const Promotion: PromotionResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.promotion.load(id),
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
