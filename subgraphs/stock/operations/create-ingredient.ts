/** Adds an ingredient to the chain. Names are unique. */
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';
import { CHAIN, recordChange } from '../../../platform/events/record-change.js';
import { name, parseInput } from '../../../platform/kit/input.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { CreateIngredientInput } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import type { Ingredient } from '../domain/records.js';
import type { Work } from '../store/database.js';
import { insertIngredient } from '../store/ingredients.js';

export const ingredientInput = z.object({ name });

export async function createIngredient(caller: Context, input: CreateIngredientInput): Promise<Ingredient> {
  const ingredient = parseInput(ingredientInput, input);
  try {
    return await caller.database.work(caller.cause, (work) =>
      insertNewIngredient(work, caller, 'createIngredient', { ...ingredient, unit: input.unit }),
    );
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', `${ingredient.name} exists`, ['name']);
  }
}

/** Within a transaction that may add more. @throws a unique violation when another ingredient has the name. */
export async function insertNewIngredient(
  work: Work,
  caller: Context,
  action: string,
  { name, unit }: Omit<Ingredient, 'id'>,
): Promise<Ingredient> {
  const created = await insertIngredient(work.tx, name, unit);
  recordChange(work, caller, {
    ...{ action, entity: { type: 'Ingredient', id: created.id }, tenant: CHAIN },
    ...{ before: null, after: { name: created.name, unit: created.unit } },
  });
  return created;
}
