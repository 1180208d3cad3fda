/**
 * What is low when the past ends: bread of three kinds, of which the office next door takes a plate at every outlet each noon, and which was bought
 * too rarely. So every outlet has something to order, something that runs out within a day, and goods that are to be used first.
 */
import { CATALOGUE, type SeedStockItem } from '../catalogue.js';
import { ingredientIdOf } from '../ingredients.js';
import type { SeedMenuItem } from '../menu-items.js';

export const PLATE_SERVINGS = 8;
/** Until half an hour later. */
export const PLATE_AT = 12 * 60;
const SERVINGS_LEFT = 2;
/** The one order to the bakery: a pack of the kind that is good for longest, which comes in a day or two. */
export const BREAD_ORDERED_ON = 22;
export const ORDERED_BREAD = ingredientIdOf('cheeseStick');

const BREADS = [ORDERED_BREAD, ingredientIdOf('bananaBread'), ingredientIdOf('toast')];

/** The menu's items that are made of it. */
export const PLATE: readonly SeedMenuItem[] = CATALOGUE.menuItems.filter(({ recipe }) =>
  recipe.some(({ ingredientId }) => BREADS.includes(ingredientId)),
);

const LEFT = new Map(
  PLATE.flatMap(({ recipe }) =>
    recipe.map(({ ingredientId, quantity }) => [ingredientId, quantity * SERVINGS_LEFT]),
  ),
);

export function runsLow(ingredientId: string): boolean {
  return BREADS.includes(ingredientId);
}

/** What of it is left, in the item's unit. */
export function leftOf({ ingredientId }: SeedStockItem): number {
  return LEFT.get(ingredientId) ?? 0;
}
