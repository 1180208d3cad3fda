/** `Category`. */
import type { CategoryResolvers } from '../../../schema/types/menu.js';

export const Category: CategoryResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.category.load(id),
};
