/**
 * Whether an outlet can make a menu item now: from the recipe that the menu subgraph hands over, for whoever asks. NOT_FOUND
 * for an outlet that does not exist.
 */
import { notFound } from '../../../platform/errors.js';
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
      loaders.outlets.load(outletId),
      ...recipe.map(async ({ ingredientId }) => {
        available.set(ingredientId, await loaders.available.load({ outletId, ingredientId }));
      }),
    ]);
    if (outlet === null) throw notFound('Outlet');
    const servings = servingsFrom(recipe, (ingredientId) => available.get(ingredientId) ?? 0);
    return { inStock: servings > 0, servings };
  },
};
