/**
 * The options of a drink: size, sweetness, ice, toppings. What an option adds or removes is derived from the drink's own
 * recipe, so that no choice needs a negative quantity.
 */
import type { OptionGroup, RecipeLine } from '../../platform/events/event-types.js';
import { seedId } from './ids.js';
import { type Amounts, type IngredientKey, recipeOf } from './ingredients.js';

export type Choice = 'size' | 'sweetness' | 'ice' | 'topping';

/** Ordinals reserved for the groups of one item, and for the options of one group. */
const GROUPS_AN_ITEM = 10;
const OPTIONS_A_GROUP = 20;

/** The ingredients whose quantity grows with the size. */
const GROWING: readonly IngredientKey[] = ['milk', 'oatMilk', 'ice', 'sugarSyrup', 'palmSugar'];
const SWEET: readonly IngredientKey[] = ['sugarSyrup', 'palmSugar', 'honey'];
const COLD: readonly IngredientKey[] = ['ice'];

interface Option {
  readonly name: string;
  readonly priceDelta: number;
  readonly isExclusive?: true;
  readonly recipe: RecipeLine[];
}

/** The first option is the default. */
interface Group {
  readonly name: string;
  readonly maximum: number;
  readonly options: readonly Option[];
}

const GROUPS: Readonly<Record<Choice, (drink: Amounts) => Group>> = {
  size: (drink) => ({
    name: 'Ukuran',
    maximum: 1,
    options: [
      option('Reguler', 0, {}),
      option('Besar', 5_000, { ...scaled(drink, GROWING, 0.5), cup: -1, largeCup: 1 }),
    ],
  }),
  sweetness: (drink) => ({
    name: 'Gula',
    maximum: 1,
    options: [
      option('Normal', 0, {}),
      option('Sedikit', 0, scaled(drink, SWEET, -0.5)),
      option('Tanpa Gula', 0, scaled(drink, SWEET, -1)),
    ],
  }),
  ice: (drink) => ({
    name: 'Es',
    maximum: 1,
    options: [
      option('Normal', 0, {}),
      option('Sedikit', 0, scaled(drink, COLD, -0.5)),
      option('Tanpa Es', 0, scaled(drink, COLD, -1)),
    ],
  }),
  topping: () => ({
    name: 'Topping',
    maximum: 3,
    options: [
      { ...option('Tanpa Topping', 0, {}), isExclusive: true },
      option('Boba', 5_000, { boba: 40 }),
      option('Cincau', 4_000, { grassJelly: 50 }),
      option('Nata de Coco', 4_000, { coconutJelly: 40 }),
      option('Puding', 5_000, { pudding: 50 }),
      option('Krim Keju', 7_000, { cheeseFoam: 30 }),
    ],
  }),
};

/** @param item the ordinal of the item that they belong to. */
export function optionGroupsOf(item: number, drink: Amounts, choices: readonly Choice[]): OptionGroup[] {
  return choices.map((choice, place) => {
    const { name, maximum, options } = GROUPS[choice](drink);
    const group = item * GROUPS_AN_ITEM + place;
    return {
      id: seedId('option-group', group),
      name,
      minimum: 1,
      maximum,
      options: options.map((each, index) => ({
        id: seedId('menu-option', group * OPTIONS_A_GROUP + index),
        ...each,
        isDefault: index === 0,
      })),
    };
  });
}

function option(name: string, priceDelta: number, amounts: Amounts): Option {
  return { name, priceDelta, recipe: recipeOf(amounts) };
}

/** A share of the drink's quantity of these ingredients, rounded towards zero, so that it never exceeds it. */
function scaled(drink: Amounts, keys: readonly IngredientKey[], share: number): Amounts {
  const parts = keys.flatMap((key) => {
    const quantity = Math.trunc((drink[key] ?? 0) * share);
    return quantity === 0 ? [] : [[key, quantity] as const];
  });
  return Object.fromEntries(parts);
}
