/** Every resolver of `schema/menu.graphql`. */
import type { Resolvers } from '../../../schema/types/menu.js';
import { Category } from './category.js';
import { Franchise } from './franchise.js';
import { MenuItem, MenuOption, OptionGroup, PlannedPrice, RecipeLine, Season } from './menu-item.js';
import { Mutation } from './mutation.js';
import { Node } from './node.js';
import { Outlet } from './outlet.js';
import { Promotion } from './promotion.js';
import { Query } from './query.js';
import { TakenOff } from './taken-off.js';

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Node,
  MenuItem,
  PlannedPrice,
  Category,
  Season,
  OptionGroup,
  MenuOption,
  RecipeLine,
  Promotion,
  TakenOff,
  Franchise,
  Outlet,
};
