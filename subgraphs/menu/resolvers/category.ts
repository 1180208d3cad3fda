/** `Category`. */
import type { CategoryResolvers } from '../../../schema/types/menu.js';
import { nameIn } from './named.js';

export const Category: CategoryResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.category.load(id),
  name: nameIn,
};
