/** `Promotion`: finding what runs, and running and ending it. */
import { z } from 'zod';
import { notFound, payloadOf } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { parseInput } from '../../../platform/input.js';
import { rupiah } from '../../../platform/money.js';
import { pageOf } from '../../../platform/paging.js';
import type { MutationResolvers, PromotionResolvers, QueryResolvers } from '../../../schema/types/menu.js';
import * as store from '../store/promotions.js';
import { requireIdCursor } from './paging.js';
import { textSchema } from './text-input.js';

const promotionSchema = z.object({
  name: textSchema(100),
  percent: z.int().nullable().default(null),
  amountOff: z.int().nullable().default(null),
  menuItemIds: z.array(z.string().toLowerCase()),
  outletIds: z.array(z.string().toLowerCase()),
  startsAt: z
    .date()
    .nullish()
    .transform((startsAt) => startsAt ?? new Date()),
  endsAt: z.date(),
  quantity: z.int().nullable().default(null),
});

export const promotions: NonNullable<QueryResolvers['promotions']> = async (
  _parent,
  { outletId, ...page },
  { database, loaders },
) => {
  const outlet = await loaders.outlet.load(outletId);
  if (outlet === null) throw notFound('Outlet');
  return store.readRunningPage(database, outlet.id, requireIdCursor(pageOf(page)));
};

export const promotion: NonNullable<QueryResolvers['promotion']> = async (_parent, { id }, { loaders }) => {
  const found = await loaders.promotion.load(id);
  if (found === null) throw notFound('Promotion');
  return found;
};

export const createPromotion: NonNullable<MutationResolvers['createPromotion']> = (
  _parent,
  { input },
  { database, cause, identity },
) =>
  payloadOf(async () => {
    const scope = scopeFor(identity, 'menu:price');
    store.demandReach(scope, input.outletIds ?? []);
    const draft = parseInput(promotionSchema, input);
    return { promotion: await store.createPromotion(database, cause, scope, draft) };
  });

export const endPromotion: NonNullable<MutationResolvers['endPromotion']> = (
  _parent,
  { promotionId },
  { database, cause, identity },
) =>
  payloadOf(async () => ({
    promotion: await store.endPromotion(database, cause, scopeFor(identity, 'menu:price'), promotionId),
  }));

export const Promotion: PromotionResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.promotion.load(id),
  amountOff: ({ amountOff }) => (amountOff === null ? null : rupiah(amountOff)),
  menuItems: async ({ menuItemIds }, _args, { loaders }) =>
    present(await loaders.menuItem.loadMany(menuItemIds)),
  outlets: async ({ outletIds }, _args, { loaders }) => present(await loaders.outlet.loadMany(outletIds)),
};

/** @throws the first thing that went wrong. */
function present<Row extends object>(rows: readonly (Row | Error | null)[]): Row[] {
  return rows.flatMap((row) => {
    if (row instanceof Error) throw row;
    return row === null ? [] : [row];
  });
}
