/**
 * `MenuItem.availability` and `MenuOption.availability`, for any caller: how many servings an outlet's stock makes, by the recipe that the
 * menu subgraph hands over (an item's includes that of its default options), and none of what staff took off by hand.
 */
import { notFound } from '../../../platform/errors.js';
import { isId } from '../../../platform/ids.js';
import { loadYoung } from '../../../platform/kit/young-id.js';
import type {
  AvailabilityResolvers,
  MenuItemResolvers,
  MenuOptionResolvers,
} from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import { servingsFrom } from '../domain/servings.js';
import { soldOutFrom } from '../operations/run-out.js';
import type { Availability as AvailabilityParent, RecipeLine } from './parents.js';

export const MenuItem: MenuItemResolvers = {
  __resolveReference: (reference) => reference,
  availability: ({ id, servingRecipe }, { outletId }, context) =>
    availabilityOf(id, servingRecipe, outletId, context),
};

export const MenuOption: MenuOptionResolvers = {
  __resolveReference: (reference) => reference,
  availability: ({ id, addedRecipe }, { outletId }, context) =>
    availabilityOf(id, addedRecipe, outletId, context),
};

export const Availability: AvailabilityResolvers = {
  soldOutAt: ({ stocked }, _, { loaders }) =>
    stocked && soldOutFrom(loaders, stocked.outletId, stocked.recipe),
};

async function availabilityOf(
  subjectId: string,
  lines: readonly RecipeLine[],
  outletId: string,
  { loaders }: Context,
): Promise<AvailabilityParent> {
  const recipe = lines.map(({ ingredient, quantity }) => ({ ingredientId: ingredient.id, quantity }));
  const available = new Map<string, number>();
  const [outlet, takenOff] = await Promise.all([
    loadYoung(loaders.outlet, outletId),
    isId(outletId) ? loaders.takenOff.load({ outletId, subjectId }) : null,
    ...recipe.map(async ({ ingredientId }) => {
      const item = await loaders.available.load({ outletId, ingredientId });
      available.set(ingredientId, item?.available ?? 0);
    }),
  ]);
  if (outlet === null) throw notFound('Outlet');
  if (takenOff !== null) return { inStock: false, servings: 0, stocked: null };
  const servings = servingsFrom(recipe, (ingredientId) => available.get(ingredientId) ?? 0);
  return { inStock: servings > 0, servings, stocked: { outletId, recipe } };
}
