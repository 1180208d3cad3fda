/** What can be ordered at an outlet, from this subgraph's copy of the menu. */
import { type CalendarDay, dayIn } from '../../../platform/kit/calendar.js';
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
  /** Both days included, in the outlet's time zone; null for all the year. */
  readonly season: { readonly from: CalendarDay; readonly until: CalendarDay } | null;
  readonly recipe: readonly RecipeLine[];
  readonly optionGroups: readonly OptionGroup[];
}

/** How an outlet differs from the chain in one item. */
export interface OutletPrice {
  /** Null for the chain's price. */
  readonly price: number | null;
  readonly isOffered: boolean;
}

/** The menu of one outlet at one moment. */
export interface OutletMenu {
  readonly timeZone: string;
  readonly now: Date;
  item(menuItemId: string): MenuItem | undefined;
  outletPrice(menuItemId: string): OutletPrice | undefined;
  /** All promotions of the item at this outlet, running or not, oldest first. */
  promotions(menuItemId: string): readonly Promotion[];
  /** Whether an ingredient of limited items is sold out here, by stock's last event. */
  hasRunOut(ingredientId: string): boolean;
}

/** The price of one unit without its options at the outlet. */
export function basePrice(menu: OutletMenu, item: MenuItem): number {
  return menu.outletPrice(item.id)?.price ?? item.price;
}

export function isOnSale(menu: OutletMenu, item: MenuItem): boolean {
  return !item.isArchived && menu.outletPrice(item.id)?.isOffered !== false && isInSeason(menu, item);
}

function isInSeason({ timeZone, now }: OutletMenu, { season }: MenuItem): boolean {
  if (season === null) return true;
  const today = dayIn(timeZone, now);
  return season.from <= today && today <= season.until;
}
