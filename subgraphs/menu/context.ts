/** What every resolver is given: for whom and because of what it runs, and the loaders of this one operation. */
import DataLoader from 'dataloader';
import type { Cause } from '../../platform/events/envelope.js';
import type { Identity } from '../../platform/identity/identity.js';
import type { Connection } from '../../platform/paging.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { RecipeLine } from './domain/menu-item.js';
import type { MenuDatabase } from './store/database.js';
import { type MenuItemRow, readMenuItems, readMenuItemsByBarcode } from './store/menu-items.js';
import {
  type FranchisePage,
  type FranchiseRow,
  type OutletRow,
  readFranchisePages,
  readFranchises,
  readOutlets,
} from './store/outlets.js';
import { type Offer, type PromotionRow, readPromotions, readRunning } from './store/promotions.js';
import {
  type OptionGroupRow,
  type OptionRow,
  readOptionGroups,
  readOptions,
  readRecipes,
} from './store/recipes-and-options.js';

/** One query each, however many are asked for. */
export interface Loaders {
  readonly menuItem: DataLoader<string, MenuItemRow | null>;
  readonly menuItemByBarcode: DataLoader<string, MenuItemRow | null>;
  readonly recipe: DataLoader<string, RecipeLine[]>;
  readonly optionGroups: DataLoader<string, OptionGroupRow[]>;
  readonly option: DataLoader<string, OptionRow | null>;
  readonly outlet: DataLoader<string, OutletRow | null>;
  readonly franchise: DataLoader<string, FranchiseRow | null>;
  readonly franchisePage: DataLoader<FranchisePage, Connection<OutletRow>, string>;
  readonly promotion: DataLoader<string, PromotionRow | null>;
  /** What runs for an item at an outlet. */
  readonly running: DataLoader<Offer, PromotionRow[], string>;
}

export interface Context {
  readonly identity: Identity;
  readonly cause: Cause;
  readonly database: MenuDatabase;
  readonly loaders: Loaders;
}

export function createContext(database: MenuDatabase, { identity, cause }: OperationCall): Context {
  return { identity, cause, database, loaders: createLoaders(database) };
}

function createLoaders(database: MenuDatabase): Loaders {
  const { prisma } = database;
  return {
    menuItem: new DataLoader((ids) => readMenuItems(database, ids)),
    menuItemByBarcode: new DataLoader((barcodes) => readMenuItemsByBarcode(database, barcodes)),
    recipe: new DataLoader((ids) => readRecipes(prisma, ids)),
    optionGroups: new DataLoader((ids) => readOptionGroups(prisma, ids)),
    option: new DataLoader((ids) => readOptions(prisma, ids)),
    outlet: new DataLoader((ids) => readOutlets(database, ids)),
    franchise: new DataLoader((ids) => readFranchises(database, ids)),
    franchisePage: new DataLoader((pages) => readFranchisePages(database, pages), {
      cacheKeyFn: ({ franchiseId, page }) => `${franchiseId} ${page.limit} ${page.after}`,
    }),
    promotion: new DataLoader((ids) => readPromotions(database, ids)),
    running: new DataLoader((offers) => readRunning(database, offers), {
      cacheKeyFn: ({ menuItemId, outletId }) => `${menuItemId} ${outletId}`,
    }),
  };
}
