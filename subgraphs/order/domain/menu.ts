/** What can be ordered at an outlet, from this subgraph's copy of the menu. */
import { type CalendarDay, dayIn } from '../../../platform/kit/calendar.js';
import type { TaxClass } from '../../../platform/order-charges.js';
import type { OutletPromotions } from './promotion.js';

export interface RecipeLine {
  readonly ingredientId: string;
  /** In the ingredient's unit; an option's may be negative: it takes from the recipe. */
  readonly quantity: number;
}

export interface MenuOption {
  readonly id: string;
  readonly name: string;
  readonly priceDelta: number;
  /** Holds until `effectiveAt`; left out where it is the same. */
  readonly previousPriceDelta?: number;
  /** ISO 8601; left out where it is the item's. */
  readonly effectiveAt?: string;
  readonly isDefault: boolean;
  /** It goes with no other option of its group; left out where it does. */
  readonly isExclusive?: boolean;
  readonly recipe: readonly RecipeLine[];
}

export interface OptionGroup {
  readonly id: string;
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly options: readonly MenuOption[];
}

/** A price that holds from `effectiveAt`, with the one that holds until then. */
export interface DatedPrice<Price> {
  readonly price: Price;
  readonly previousPrice: Price;
  /** Null where `price` holds already. */
  readonly effectiveAt: Date | null;
}

/** `price` is the chain's. */
export interface MenuItem extends DatedPrice<number> {
  readonly id: string;
  readonly name: string;
  readonly isLimited: boolean;
  readonly taxClass: TaxClass;
  readonly isArchived: boolean;
  readonly preparationSeconds: number;
  /** Both days included, in the outlet's time zone; null for all the year. */
  readonly season: { readonly from: CalendarDay; readonly until: CalendarDay } | null;
  readonly recipe: readonly RecipeLine[];
  readonly optionGroups: readonly OptionGroup[];
}

/** How an outlet differs from the chain in one item. A price of null is the chain's. */
export interface OutletPrice extends DatedPrice<number | null> {
  readonly isOffered: boolean;
}

export interface TakenOff {
  /** When it comes back; null until staff put it back. */
  readonly until: Date | null;
}

/** The menu of one outlet at one moment. */
export interface OutletMenu extends OutletPromotions {
  readonly timeZone: string;
  item(menuItemId: string): MenuItem | undefined;
  outletPrice(menuItemId: string): OutletPrice | undefined;
  /** Since when and until when staff have taken an item or an option off here; undefined where it can be had. */
  takenOff(subjectId: string): TakenOff | undefined;
  /** Whether an ingredient of limited items is sold out here, by stock's last event. */
  hasRunOut(ingredientId: string): boolean;
}

/** The price of one unit without its options at the outlet. */
export function basePrice(menu: OutletMenu, item: MenuItem): number {
  const outletPrice = menu.outletPrice(item.id);
  return (outletPrice && priceAt(outletPrice, menu.now)) ?? priceAt(item, menu.now);
}

/** What an option adds to the price of its item. */
export function priceDelta(menu: OutletMenu, item: MenuItem, option: MenuOption): number {
  const { priceDelta, previousPriceDelta, effectiveAt } = option;
  if (previousPriceDelta === undefined) return priceDelta;
  const dated = effectiveAt === undefined ? item : { effectiveAt: new Date(effectiveAt) };
  return isPending(dated, menu.now) ? previousPriceDelta : priceDelta;
}

function priceAt<Price>(dated: DatedPrice<Price>, now: Date): Price {
  return isPending(dated, now) ? dated.previousPrice : dated.price;
}

function isPending({ effectiveAt }: Pick<MenuItem, 'effectiveAt'>, now: Date): boolean {
  return effectiveAt !== null && now < effectiveAt;
}

export function isOnSale(menu: OutletMenu, item: MenuItem): boolean {
  return !item.isArchived && menu.outletPrice(item.id)?.isOffered !== false && isInSeason(menu, item);
}

function isInSeason({ timeZone, now }: OutletMenu, { season }: MenuItem): boolean {
  if (season === null) return true;
  const today = dayIn(timeZone, now);
  return season.from <= today && today <= season.until;
}
