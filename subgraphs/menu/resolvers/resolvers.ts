/** Every resolver of `schema/menu.graphql`. */
import type { Resolvers } from '../../../schema/types/menu.js';
import {
  archiveMenuItem,
  createMenuItem,
  MenuItem,
  MenuOption,
  menu,
  menuItem,
  menuItemByBarcode,
  RecipeLine,
  Season,
  setOutletPrice,
  updateMenuItem,
} from './menu-item.js';
import { Node, node } from './node.js';
import { createFranchise, createOutlet, Franchise, Outlet, outlet, outlets } from './outlet.js';
import { createPromotion, endPromotion, Promotion, promotion, promotions } from './promotion.js';

export const resolvers: Resolvers = {
  Query: { menu, menuItem, menuItemByBarcode, outlets, outlet, promotions, promotion, node },
  Mutation: {
    createMenuItem,
    updateMenuItem,
    archiveMenuItem,
    setOutletPrice,
    createPromotion,
    endPromotion,
    createFranchise,
    createOutlet,
  },
  Node,
  MenuItem,
  Season,
  MenuOption,
  RecipeLine,
  Promotion,
  Franchise,
  Outlet,
};
