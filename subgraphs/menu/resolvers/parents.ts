/** What a resolver's parent is, where it is not the type's own fields. */
import type { RecipeLine as RecipeLineRow } from '../domain/menu-item.js';
import type { MenuItemRow } from '../store/menu-items.js';
import type { FranchiseRow, OutletRow } from '../store/outlets.js';
import type { PromotionRow } from '../store/promotions.js';
import type { OptionGroupRow, OptionRow } from '../store/recipes-and-options.js';

/** Carries the price that it was read at, so an outlet's menu shows the outlet's. */
export type MenuItem = MenuItemRow;

export type OptionGroup = OptionGroupRow;

export type MenuOption = OptionRow;

export type RecipeLine = RecipeLineRow;

export type Promotion = PromotionRow;

export type Franchise = FranchiseRow;

export type Outlet = OutletRow;
