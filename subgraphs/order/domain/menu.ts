/** What can be ordered at an outlet, as this subgraph knows it from its copy of the menu. */
import { dayIn } from './calendar.js';
import type { Promotion } from './promotion.js';

export interface RecipeLine {
  readonly ingredientId: string;
  /** In the ingredient's unit; an option's may be negative: it takes from the recipe. */
  readonly quantity: number;
}

export interface MenuOption {
  readonly id: string;
  readonly name: string;
  readonly priceDelta: number;
  readonly isDefault: boolean;
  readonly recipe: readonly RecipeLine[];
}

export interface OptionGroup {
  readonly id: string;
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly options: readonly MenuOption[];
}

export interface MenuItem {
  readonly id: string;
  readonly name: string;
  /** The chain's price. */
  readonly price: number;
  readonly isLimited: boolean;
  readonly isArchived: boolean;
  readonly preparationSeconds: number;
  /** Both days included, in the outlet's own calendar; null for all the year. */
  readonly season: { readonly from: string; readonly until: string } | null;
  readonly recipe: readonly RecipeLine[];
  readonly optionGroups: readonly OptionGroup[];
}

/** What an outlet does otherwise than the chain with one item. */
export interface OutletPrice {
  /** Null for the chain's price. */
  readonly price: number | null;
  readonly isOffered: boolean;
}

/** The menu as it stands at one outlet at one moment. */
export interface OutletMenu {
  readonly timeZone: string;
  readonly now: Date;
  item(menuItemId: string): MenuItem | undefined;
  outletPrice(menuItemId: string): OutletPrice | undefined;
  /** Those for the item at this outlet, running or not, oldest first. */
  promotions(menuItemId: string): readonly Promotion[];
  /** Whether stock has said that an ingredient of limited items has run out here. */
  hasRunOut(ingredientId: string): boolean;
}

/** One piece without its options, at the outlet's price. */
export function basePrice(menu: OutletMenu, item: MenuItem): number {
  return menu.outletPrice(item.id)?.price ?? item.price;
}

export function isOnSale(menu: OutletMenu, item: MenuItem): boolean {
  return !item.isArchived && menu.outletPrice(item.id)?.isOffered !== false && isInSeason(menu, item);
}

function isInSeason({ timeZone, now }: OutletMenu, { season }: MenuItem): boolean {
  if (season === null) return true;
  const today = dayIn(timeZone, now);
  return dayIn(timeZone, new Date(season.from)) <= today && today <= dayIn(timeZone, new Date(season.until));
}
