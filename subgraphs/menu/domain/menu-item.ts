/**
 * What the chain can sell: an item whose every choice of options has a price above nothing and takes no less than
 * nothing of any ingredient, and whose option groups can all be left out of an order because each has its default.
 */
import type { UserError } from '../../../platform/errors.js';

export interface RecipeLine {
  readonly ingredientId: string;
  readonly quantity: number;
}

export interface OptionDraft {
  readonly name: string;
  readonly priceDelta: number;
  readonly isDefault: boolean;
  readonly recipe: readonly RecipeLine[];
}

export interface GroupDraft {
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly options: readonly OptionDraft[];
}

/** The parts of an item that depend on each other. */
export interface ItemDraft {
  readonly price: number;
  readonly recipe: readonly RecipeLine[];
  readonly optionGroups: readonly GroupDraft[];
}

export const MAXIMUM_PRICE = 1_000_000_000;
export const MAXIMUM_QUANTITY = 1_000_000;

/** Everything wrong with an item; nothing when it can be sold. */
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

/** What an outlet may ask for an item with these options. */
export function priceFaults(price: number, optionGroups: readonly GroupDraft[]): UserError[] {
  if (price < 1 || price > MAXIMUM_PRICE) {
    return [fault(['price'], `A price lies between 1 and ${MAXIMUM_PRICE} rupiah`)];
  }
  const lowest = price + lowestSum(optionGroups, ({ priceDelta }) => priceDelta);
  return lowest < 1 ? [fault(['price'], 'With its cheapest options this would cost nothing')] : [];
}

function groupFaults({ minimum, maximum, options }: GroupDraft, path: Path): UserError[] {
  const faults: UserError[] = [];
  if (minimum < 0 || maximum < 1 || minimum > maximum || maximum > options.length) {
    faults.push(fault([...path, 'maximum'], 'The bounds are 0 ≤ minimum ≤ maximum ≤ number of options'));
  }
  const defaults = options.filter(({ isDefault }) => isDefault).length;
  if (defaults < Math.max(1, minimum) || defaults > maximum) {
    faults.push(
      fault([...path, 'options'], 'The default is a choice that the bounds allow, of one option at least'),
    );
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

/** Ingredients of which some choice of options would take more than the recipe has. */
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

/** The least that a choice of options can add up to: each group's lowest, as many as it lets one take. */
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

/** Places of what has come before, without regard to case. */
function repeated<Part>(parts: readonly Part[], nameOf: (part: Part) => string): number[] {
  const names = parts.map((part) => nameOf(part).toLowerCase());
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));
}

type Path = readonly (string | number)[];

function fault(path: Path, message: string): UserError {
  return { code: 'INVALID_INPUT', field: path.map(String), message };
}
