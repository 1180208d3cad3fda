/** The ingredient that a line of a file names. */
import { nameFinder } from '../../../../platform/bulk/named-things.js';
import type { StockDatabase } from '../../store/database.js';
import { findIngredients } from '../../store/ingredients.js';

/** @returns finds the ingredient of a line; nothing, reported, where there is none. */
export async function ingredientFinder(database: StockDatabase) {
  return nameFinder(await findIngredients(database), {
    column: 'ingredient',
    expected: 'the name of an ingredient of the chain',
  });
}
