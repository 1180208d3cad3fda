/** Adds an ingredient to the chain. Names are unique. */
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';
import { name, parseInput } from '../../../platform/kit/input.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { CreateIngredientInput } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import type { Ingredient } from '../domain/records.js';
import { insertIngredient } from '../store/ingredients.js';

const inputSchema = z.object({ name });

export async function createIngredient(
  { database }: Pick<Context, 'database'>,
  input: CreateIngredientInput,
): Promise<Ingredient> {
  const ingredient = parseInput(inputSchema, input);
  return insertIngredient(database, ingredient.name, input.unit).catch((error) => {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', `${ingredient.name} exists`, ['name']);
  });
}
