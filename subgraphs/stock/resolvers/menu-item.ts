/**
 * `MenuItem.availability`, for any caller: how many servings an outlet's stock makes, by the recipe that the menu subgraph
 * hands over, which includes that of the default options.
 */
import { notFound } from '../../../platform/errors.js';
import { loadYoung } from '../../../platform/kit/young-id.js';
import type { MenuItemResolvers } from '../../../schema/types/stock.js';
import { servingsFrom } from '../domain/servings.js';

export const MenuItem: MenuItemResolvers = {
  __resolveReference: (reference) => reference,
  async availability({ servingRecipe }, { outletId }, { loaders }) {
    const recipe = servingRecipe.map(({ ingredient, quantity }) => ({
      ingredientId: ingredient.id,
      quantity,
    }));
    const available = new Map<string, number>();
    const [outlet] = await Promise.all([
      loadYoung(loaders.outlet, outletId),
      ...recipe.map(async ({ ingredientId }) => {
        const item = await loaders.available.load({ outletId, ingredientId });
        available.set(ingredientId, item?.available ?? 0);
      }),
    ]);
    if (outlet === null) throw notFound('Outlet');
    const servings = servingsFrom(recipe, (ingredientId) => available.get(ingredientId) ?? 0);
    return { inStock: servings > 0, servings };
  },
};
