/** Queries of stock, within the caller's outlets. */
import { notFound } from '../../../platform/errors.js';
import type { QueryResolvers } from '../../../schema/types/stock.js';
import { findIngredients } from '../store/ingredients.js';
import { itemsOfOutlet } from './outlet.js';

export const Query: QueryResolvers = {
  stockItems: (_, { outletId, ...args }, context) => itemsOfOutlet(context, outletId, args),

  async stockItem(_, { id }, { loaders }) {
    const item = await loaders.items.load(id);
    if (item === null) throw notFound('Stock item');
    return item;
  },

  ingredients: (_, _args, { database }) => findIngredients(database),
};
