/**
 * Menu items and what makes one sellable: every choice of its options costs at least 1 rupiah and takes no negative quantity
 * of an ingredient, and every option group has a default, so that an order may leave it out.
 */
import type { UserError } from '../../../platform/errors.js';
import { newId } from '../../../platform/ids.js';
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import type { TaxClass } from '../../../platform/order-charges.js';
import { amountAt, changedAt, type Dated, isPending, unchanged } from './dated-price.js';

export const CATEGORIES = [
  'MILK_TEA',
  'FRUIT_TEA',
  'COFFEE',
  'CHOCOLATE',
  'SIGNATURE',
  'SNACK',
  'MERCHANDISE',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** EU regulation 1169/2011, annex II. */
export const ALLERGENS = [
  'CELERY',
  'CRUSTACEANS',
  'EGGS',
  'FISH',
  'GLUTEN',
  'LUPIN',
  'MILK',
  'MOLLUSCS',
  'MUSTARD',
  'NUTS',
  'PEANUTS',
  'SESAME',
  'SOYBEANS',
  'SULPHITES',
] as const;
export type Allergen = (typeof ALLERGENS)[number];

/** Both days included, in the calendar of the outlet where the item is sold. */
export interface Season {
  readonly name: string;
  readonly from: CalendarDay;
  readonly until: CalendarDay;
}

/** What people see of an item. */
export interface MenuItem {
  readonly id: string;
  readonly barcode: string;
  readonly name: string;
  /** In English; null where it is the same, as the description. */
  readonly nameEn: string | null;
  readonly description: string;
  readonly descriptionEn: string | null;
  readonly category: Category;
  /** An https address; null for none. */
  readonly imageUrl: string | null;
  readonly allergens: readonly Allergen[];
  readonly taxClass: TaxClass;
  /** In effect when the item was read: an outlet's on its menu, the chain's elsewhere. */
  readonly price: number;
  readonly plannedPrice: PlannedPrice | null;
  readonly isLimited: boolean;
  readonly isArchived: boolean;
  readonly preparationSeconds: number;
  readonly season: Season | null;
  readonly version: number;
}

/** What a price becomes, and when. */
export interface PlannedPrice {
  readonly price: number;
  readonly from: Date;
}

/** An item as it is stored: with the price before and after a change. */
export interface StoredMenuItem extends Omit<MenuItem, 'price' | 'plannedPrice'> {
  readonly price: Dated<number>;
}

/** An item as the chain shows it. */
export function shownItem(item: StoredMenuItem, now: Date): MenuItem {
  return { ...item, price: amountAt(item.price, now), plannedPrice: planOf(item.price, now) };
}

/** An item as an outlet shows it. @param own the outlet's price; null stands for the chain's. */
export function shownAtOutlet(item: StoredMenuItem, own: Dated<number | null>, now: Date): MenuItem {
  const ofChain = shownItem(item, now);
  const ownPrice = amountAt(own, now);
  const plan = planOf(own, now);
  return {
    ...ofChain,
    price: ownPrice ?? ofChain.price,
    plannedPrice:
      plan === null
        ? ownPrice === null
          ? ofChain.plannedPrice
          : null
        : { price: plan.price ?? amountAt(item.price, plan.from), from: plan.from },
  };
}

function planOf<Price>({ amount, effectiveAt }: Dated<Price>, now: Date) {
  return effectiveAt !== null && isPending({ effectiveAt }, now)
    ? { price: amount, from: effectiveAt }
    : null;
}

export interface OptionGroup {
  readonly id: string;
  readonly menuItemId: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly minimum: number;
  readonly maximum: number;
  readonly options: readonly MenuOption[];
}

export interface MenuOption {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly priceDelta: Dated<number>;
  readonly isDefault: boolean;
  /** It goes with no other option of its group. */
  readonly isExclusive: boolean;
  readonly recipe: readonly RecipeLine[];
}

/** Where an outlet differs from the chain. */
export interface OutletPrice {
  readonly menuItemId: string;
  readonly outletId: string;
  /** Null for the chain's price. */
  readonly price: Dated<number | null>;
  readonly isOffered: boolean;
  readonly version: number;
}

export interface RecipeLine {
  readonly ingredientId: string;
  readonly quantity: number;
}

export interface OptionDraft {
  /** Of an option that the item has already. */
  readonly id?: string | null | undefined;
  readonly name: string;
  readonly nameEn?: string | null | undefined;
  readonly priceDelta: number;
  readonly isDefault: boolean;
  readonly isExclusive?: boolean | undefined;
  readonly recipe: readonly RecipeLine[];
}

export interface GroupDraft {
  readonly name: string;
  readonly nameEn?: string | null | undefined;
  readonly minimum: number;
  readonly maximum: number;
  readonly options: readonly OptionDraft[];
}

/** The parts of an item that are judged together. */
export interface ItemDraft {
  readonly price: number;
  readonly recipe: readonly RecipeLine[];
  readonly optionGroups: readonly GroupDraft[];
}

export const MAXIMUM_PRICE = 1_000_000_000;
const MAXIMUM_QUANTITY = 1_000_000;

/** Every fault of an item; empty when it can be sold. */
export function faultsOf({ price, recipe, optionGroups }: ItemDraft): UserError[] {
  return [
    ...priceFaults(price, optionGroups),
    ...recipeFaults(recipe, ['recipe']),
    ...repeated(optionGroups, ({ name }) => name).map((index) =>
      fault(['optionGroups', index, 'name'], 'Another group has this name'),
    ),
    ...optionGroups.flatMap((group, index) => groupFaults(group, ['optionGroups', index])),
    ...shortages(recipe, optionGroups),
  ];
}

/** Faults of a price, the chain's or an outlet's, for an item with these options. */
export function priceFaults(price: number, optionGroups: readonly GroupDraft[]): UserError[] {
  if (price < 1 || price > MAXIMUM_PRICE) {
    return [fault(['price'], `A price lies between 1 and ${MAXIMUM_PRICE} rupiah`)];
  }
  const lowest = price + lowestSum(optionGroups, ({ priceDelta }) => priceDelta);
  return lowest < 1
    ? [fault(['price'], 'With its cheapest options the item would cost less than 1 rupiah')]
    : [];
}

/** The ids in drafts that are of no option of the item, or given twice. */
export function faultsOfOptionIds(
  drafts: readonly GroupDraft[],
  before: readonly OptionGroup[] = [],
): UserError[] {
  const unused = new Set(before.flatMap(({ options }) => options.map(({ id }) => id)));
  return drafts.flatMap(({ options }, group) =>
    options.flatMap(({ id }, option) =>
      id == null || unused.delete(id)
        ? []
        : [
            fault(
              ['optionGroups', group, 'options', option, 'id'],
              'The item has no such option, or it is given twice',
            ),
          ],
    ),
  );
}

/**
 * The option groups that a draft makes of an item's. A group that keeps its name and an option that is given by its id, or else keeps its
 * name, keep their ids, so that carts that hold them stay valid, and an option's price changes at `effectiveAt`; those that are new
 * cost what they cost at once.
 */
export function optionGroupsOf(
  menuItemId: string,
  drafts: readonly GroupDraft[],
  before: readonly OptionGroup[] = [],
  effectiveAt = new Date(),
): OptionGroup[] {
  const optionsBefore = before.flatMap(({ options }) => options);
  const given = new Set(drafts.flatMap(({ options }) => options.map(({ id }) => id)));
  return drafts.map(({ name, nameEn = null, minimum, maximum, options }) => {
    const group = before.find((each) => each.name === name);
    const unnamed = group?.options.filter(({ id }) => !given.has(id));
    return {
      ...{ id: group?.id ?? newId(), menuItemId, name, nameEn, minimum, maximum },
      options: options.map(({ id, priceDelta, ...draft }) => {
        const option =
          id == null
            ? unnamed?.find((each) => each.name === draft.name)
            : optionsBefore.find((each) => each.id === id);
        return {
          id: option?.id ?? newId('MenuOption'),
          ...draft,
          nameEn: draft.nameEn ?? null,
          isExclusive: draft.isExclusive ?? false,
          priceDelta:
            option === undefined
              ? unchanged(priceDelta)
              : changedAt(option.priceDelta.amount, priceDelta, effectiveAt),
        };
      }),
    };
  });
}

export function groupDraftOf({ name, nameEn, minimum, maximum, options }: OptionGroup): GroupDraft {
  return {
    ...{ name, nameEn, minimum, maximum },
    options: options.map((option) => ({ ...option, priceDelta: option.priceDelta.amount })),
  };
}

function groupFaults({ minimum, maximum, options }: GroupDraft, path: Path): UserError[] {
  const faults: UserError[] = [];
  if (minimum < 0 || maximum < 1 || minimum > maximum || maximum > options.length) {
    faults.push(fault([...path, 'maximum'], 'The bounds are 0 ≤ minimum ≤ maximum ≤ number of options'));
  }
  const defaults = options.filter(({ isDefault }) => isDefault).length;
  if (defaults < Math.max(1, minimum) || defaults > maximum) {
    faults.push(
      fault(
        [...path, 'options'],
        'The default options are a choice that the bounds allow, of at least one option',
      ),
    );
  }
  if (defaults > 1 && options.some(({ isDefault, isExclusive }) => isDefault && isExclusive)) {
    faults.push(fault([...path, 'options'], 'A default option that is exclusive is the only one'));
  }
  if (minimum > 1 && options.some(({ isExclusive }) => isExclusive)) {
    faults.push(fault([...path, 'minimum'], 'An exclusive option can never be one of two'));
  }
  for (const index of repeated(options, ({ name }) => name)) {
    faults.push(fault([...path, 'options', index, 'name'], 'Another option of the group has this name'));
  }
  for (const [index, { priceDelta, recipe }] of options.entries()) {
    const option: Path = [...path, 'options', index];
    if (Math.abs(priceDelta) > MAXIMUM_PRICE) {
      faults.push(
        fault([...option, 'priceDelta'], `An option changes the price by at most ${MAXIMUM_PRICE} rupiah`),
      );
    }
    faults.push(...repeatedIngredients(recipe, [...option, 'recipe']));
    for (const [line, { quantity }] of recipe.entries()) {
      if (quantity === 0 || Math.abs(quantity) > MAXIMUM_QUANTITY) {
        faults.push(
          fault([...option, 'recipe', line, 'quantity'], 'A quantity is a whole number other than 0'),
        );
      }
    }
  }
  return faults;
}

function recipeFaults(recipe: readonly RecipeLine[], path: Path): UserError[] {
  if (recipe.length === 0) return [fault(path, 'A recipe has at least one ingredient')];
  const quantities = recipe.flatMap(({ quantity }, line) =>
    quantity < 1 || quantity > MAXIMUM_QUANTITY
      ? [fault([...path, line, 'quantity'], `A quantity lies between 1 and ${MAXIMUM_QUANTITY}`)]
      : [],
  );
  return [...repeatedIngredients(recipe, path), ...quantities];
}

function repeatedIngredients(recipe: readonly RecipeLine[], path: Path): UserError[] {
  return repeated(recipe, ({ ingredientId }) => ingredientId).map((line) =>
    fault([...path, line, 'ingredientId'], 'Another line has this ingredient'),
  );
}

/** Ingredients of which a choice of options could take more than the recipe has. */
function shortages(recipe: readonly RecipeLine[], groups: readonly GroupDraft[]): UserError[] {
  const used = groups.flatMap(({ options }) => options.flatMap((option) => option.recipe));
  const ingredientIds = new Set(used.map(({ ingredientId }) => ingredientId));
  return [...ingredientIds].flatMap((ingredientId) => {
    const least =
      amountOf(recipe, ingredientId) + lowestSum(groups, (option) => amountOf(option.recipe, ingredientId));
    return least < 0
      ? [fault(['optionGroups'], `Options take more of ${ingredientId} than the recipe has`)]
      : [];
  });
}

/** The lowest sum that a choice of options can have: of each group its most negative values, up to its maximum. */
function lowestSum(groups: readonly GroupDraft[], changeOf: (option: OptionDraft) => number): number {
  return groups
    .map(({ maximum, options }) => {
      const negative = options.map(changeOf).filter((value) => value < 0);
      return sum(negative.toSorted((a, b) => a - b).slice(0, Math.max(0, maximum)));
    })
    .reduce((total, each) => total + each, 0);
}

function amountOf(recipe: readonly RecipeLine[], ingredientId: string): number {
  return sum(recipe.filter((line) => line.ingredientId === ingredientId).map(({ quantity }) => quantity));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The index of each part whose name an earlier part has, without regard to case. */
function repeated<Part>(parts: readonly Part[], nameOf: (part: Part) => string): number[] {
  const names = parts.map((part) => nameOf(part).toLowerCase());
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));
}

type Path = readonly (string | number)[];

function fault(path: Path, message: string): UserError {
  return { code: 'INVALID_INPUT', field: path.map(String), message };
}
