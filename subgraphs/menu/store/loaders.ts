/** Batched reads of one operation: one query for each kind of record, however many are loaded. */
import DataLoader from 'dataloader';
import { isId } from '../../../platform/ids.js';
import {
  type ListLoader,
  type LoaderById,
  listLoaderById,
  loaderById,
  loaderPerArguments,
} from '../../../platform/kit/loaders.js';
import type { Page } from '../../../platform/kit/paging.js';
import type { PlaceSettings } from '../../../platform/outlet-settings/inheritance.js';
import type { Category } from '../domain/category.js';
import type { MenuItem, MenuOption, OptionGroup } from '../domain/menu-item.js';
import type { Franchise, Outlet } from '../domain/outlet.js';
import type { Offer, Promotion } from '../domain/promotion.js';
import { findCategories, findCategoriesOfItems, type OwnedCategory } from './categories.js';
import type { MenuDatabase } from './database.js';
import { findMenuItems, findMenuItemsByBarcode } from './menu-items.js';
import { countFranchiseOutlets, findFranchiseOutlets, findFranchises, findOutlets } from './outlets.js';
import { findPromotions, findRunningForOffers } from './promotions.js';
import {
  findOptionGroups,
  findOptions,
  findRecipeLines,
  type OwnedRecipeLine,
} from './recipes-and-options.js';
import { findSettings } from './settings.js';

export interface Loaders {
  readonly menuItem: LoaderById<MenuItem>;
  /** By canonical barcode. */
  readonly menuItemByBarcode: DataLoader<string, MenuItem | null>;
  readonly recipe: ListLoader<OwnedRecipeLine>;
  readonly optionGroups: ListLoader<OptionGroup>;
  readonly option: LoaderById<MenuOption>;
  readonly category: LoaderById<Category>;
  /** Of an item: those that are not archived. */
  readonly categories: ListLoader<OwnedCategory>;
  readonly outlet: LoaderById<Outlet>;
  readonly franchise: LoaderById<Franchise>;
  /** The rows of a page of each franchise's outlets. */
  readonly franchiseOutlets: (page: Page) => ListLoader<Outlet>;
  readonly franchiseOutletCount: DataLoader<string, number>;
  readonly promotion: LoaderById<Promotion>;
  /** What a place has set of the settings of outlets, as far as the caller sees it. */
  readonly settings: DataLoader<string, PlaceSettings>;
  /** What runs now for an item at an outlet. */
  readonly runningPromotions: DataLoader<Offer, Promotion[], string>;
}

export function createLoaders(database: MenuDatabase): Loaders {
  const { prisma } = database;
  return {
    menuItem: loaderById((ids) => findMenuItems(database, ids)),
    menuItemByBarcode: new DataLoader((barcodes) => findMenuItemsByBarcode(database, barcodes)),
    recipe: listLoaderById(
      (ids) => findRecipeLines(prisma, ids),
      ({ menuItemId }) => menuItemId,
    ),
    optionGroups: listLoaderById(
      (ids) => findOptionGroups(prisma, ids),
      ({ menuItemId }) => menuItemId,
    ),
    option: loaderById((ids) => findOptions(prisma, ids)),
    category: loaderById((ids) => findCategories(database, ids)),
    categories: listLoaderById(
      (ids) => findCategoriesOfItems(database, ids),
      ({ menuItemId }) => menuItemId,
    ),
    outlet: loaderById((ids) => findOutlets(database, ids)),
    franchise: loaderById((ids) => findFranchises(database, ids)),
    franchiseOutlets: loaderPerArguments((page: Page) =>
      listLoaderById(
        (ids) => findFranchiseOutlets(database, ids, page),
        ({ franchiseId }) => franchiseId,
      ),
    ),
    franchiseOutletCount: new DataLoader((ids) => countFranchiseOutlets(database, ids)),
    settings: new DataLoader((placeIds) => findSettings(database, placeIds)),
    promotion: loaderById((ids) => findPromotions(database, ids)),
    runningPromotions: new DataLoader((offers) => findRunning(database, offers), {
      cacheKeyFn: ({ menuItemId, outletId }) => `${menuItemId} ${outletId}`,
    }),
  };
}

/** Nothing runs at what cannot be an outlet. */
async function findRunning(database: MenuDatabase, offers: readonly Offer[]): Promise<Promotion[][]> {
  const running = await findRunningForOffers(
    database,
    offers.filter(({ outletId }) => isId(outletId)),
  );
  return offers.map(({ outletId }) => (isId(outletId) ? (running.shift() ?? []) : []));
}
