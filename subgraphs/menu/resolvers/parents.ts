/** What a resolver's parent is, where it is not the type's own fields. */
import type { CountedConnection } from '../../../platform/kit/paging.js';
import type * as category from '../domain/category.js';
import type * as handAvailability from '../domain/hand-availability.js';
import type * as menuItem from '../domain/menu-item.js';
import type * as outlet from '../domain/outlet.js';
import type * as promotion from '../domain/promotion.js';

/** With the price it was read at: on an outlet's menu the outlet's. */
export type MenuItem = menuItem.MenuItem;
export type MenuItemConnection = CountedConnection<MenuItem>;

export type PlannedPrice = menuItem.PlannedPrice;

export type Category = category.Category;
export type CategoryConnection = CountedConnection<Category>;

export type Season = menuItem.Season;

export type OptionGroup = menuItem.OptionGroup;

export type MenuOption = menuItem.MenuOption;

export type RecipeLine = menuItem.RecipeLine;

export type Promotion = promotion.Promotion;
export type PromotionConnection = CountedConnection<Promotion>;

export type Franchise = outlet.Franchise;
export type FranchiseConnection = CountedConnection<Franchise>;

export type TakenOff = handAvailability.TakenOff;
export type TakenOffConnection = CountedConnection<TakenOff>;

export type Outlet = outlet.Outlet;
export type OutletConnection = CountedConnection<Outlet>;
