/** What a menu says of its items: their prices with a choice of options, and how many can still be made. */
import type { ShopItemFragment } from '../operations.js';

export type Item = ShopItemFragment;
export type OptionGroup = Item['optionGroups'][number];
export type Option = OptionGroup['options'][number];

/** By id, in the order of the menu. */
export type Menu = ReadonlyMap<string, Item>;

/** More servings than this are not worth saying. */
const FEW = 10;
/** No unit costs less, so that an order can be paid. */
const LEAST_PRICE = 1;

export type Stock =
  | { readonly state: 'plenty' }
  | { readonly state: 'few'; readonly left: number }
  | { readonly state: 'none' };

export function stockOf({ availability }: Pick<Item, 'availability'>): Stock {
  if (availability === null) return { state: 'plenty' };
  if (!availability.inStock || availability.servings < 1) return { state: 'none' };
  return availability.servings <= FEW ? { state: 'few', left: availability.servings } : { state: 'plenty' };
}

/** Undefined where any number can be made, as far as is known. */
export function mostOf({ availability }: Pick<Item, 'availability'>): number | undefined {
  if (availability === null) return undefined;
  return availability.inStock ? availability.servings : 0;
}

export function defaultsOf(item: Pick<Item, 'optionGroups'>): string[] {
  return item.optionGroups.flatMap(({ options }) =>
    options.filter(({ isDefault }) => isDefault).map(({ id }) => id),
  );
}

/** The options of these ids in the order of the menu; undefined where the item lacks one of them. */
export function chosenOptions(
  item: Pick<Item, 'optionGroups'>,
  optionIds: readonly string[],
): Option[] | undefined {
  const chosen = item.optionGroups.flatMap(({ options }) =>
    options.filter(({ id }) => optionIds.includes(id)),
  );
  return chosen.length === optionIds.length ? chosen : undefined;
}

/** One unit with its options, before any promotion. */
export function priceWith(item: Item, options: readonly Option[]): number {
  return Math.max(
    0,
    options.reduce((sum, { priceDelta }) => sum + priceDelta.amount, item.price.amount),
  );
}

/** What the promotion that saves most takes off one unit of this price, as the order subgraph computes it. */
export function savingOn(item: Pick<Item, 'promotions'>, unitPrice: number): number {
  const savings = item.promotions.map(({ percent, amountOff }) =>
    amountOff === null ? Math.floor((unitPrice * (percent ?? 0)) / 100) : amountOff.amount,
  );
  return Math.max(0, Math.min(Math.max(0, ...savings), unitPrice - LEAST_PRICE));
}

/**
 * The choice after a press on an option: a group of one takes it in place of the other, an exclusive one stands alone, and a group that
 * is full or would have too few stays as it is.
 */
export function choose(group: OptionGroup, chosen: readonly string[], option: Option): string[] {
  const ofGroup = new Set(group.options.map(({ id }) => id));
  const others = chosen.filter((id) => !ofGroup.has(id));
  const own = chosen.filter((id) => ofGroup.has(id));
  const next = chooseOfGroup(group, own, option);
  return [...others, ...next];
}

function chooseOfGroup(group: OptionGroup, own: readonly string[], option: Option): readonly string[] {
  const isExclusive = (id: string) => group.options.some((one) => one.id === id && one.isExclusive);
  if (own.includes(option.id)) {
    const left = own.filter((id) => id !== option.id);
    if (left.length >= group.minimum) return left;
    const defaults = group.options.filter(({ isDefault }) => isDefault).map(({ id }) => id);
    return group.maximum > 1 && defaults.length >= group.minimum ? defaults : own;
  }
  if (group.maximum === 1 || option.isExclusive) return [option.id];
  const kept = own.filter((id) => !isExclusive(id));
  return kept.length < group.maximum ? [...kept, option.id] : own;
}
