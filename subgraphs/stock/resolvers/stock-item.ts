/** `StockItem` and its `Ingredient`. */
import { connectionOf, idPageOf } from '../../../platform/kit/paging.js';
import type { IngredientResolvers, StockItemResolvers } from '../../../schema/types/stock.js';
import { found } from './found.js';

export const StockItem: StockItemResolvers = {
  __resolveReference(reference, { loaders }) {
    if ('id' in reference) return loaders.items.load(reference.id);
    const { outlet, ingredient } = reference;
    return outlet && loaders.itemsByKey.load({ outletId: outlet.id, ingredientId: ingredient.id });
  },
  outlet: ({ outletId }) => ({ id: outletId }),
  ingredient: ({ ingredientId }, _, { loaders }) =>
    found(loaders.ingredients.load(ingredientId), 'Ingredient'),
  async unit({ ingredientId }, _, { loaders }) {
    return (await found(loaders.ingredients.load(ingredientId), 'Ingredient')).unit;
  },
  async movements({ id }, args, { loaders }) {
    const page = idPageOf(args);
    const rows = await loaders.movementsOfItem(page).load(id);
    return connectionOf(
      page,
      rows,
      (movement) => movement.id,
      () => loaders.movementCount.load(id),
    );
  },
  shelves: ({ id }, _, { loaders }) => loaders.shelvesOfItem.load(id),
};

export const Ingredient: IngredientResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.ingredients.load(id),
};
