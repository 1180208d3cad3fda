/** Adds an ingredient to the chain. Names are unique. */
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';
import { CHAIN, recordChange } from '../../../platform/events/record-change.js';
import { name, parseInput } from '../../../platform/kit/input.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { CreateIngredientInput } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import type { Ingredient } from '../domain/records.js';
import { insertIngredient } from '../store/ingredients.js';

const inputSchema = z.object({ name });

export async function createIngredient(caller: Context, input: CreateIngredientInput): Promise<Ingredient> {
  const ingredient = parseInput(inputSchema, input);
  try {
    return await caller.database.work(caller.cause, async (work) => {
      const created = await insertIngredient(work.tx, ingredient.name, input.unit);
      const { id, name, unit } = created;
      recordChange(work, caller, {
        ...{ action: 'createIngredient', entity: { type: 'Ingredient', id }, tenant: CHAIN },
        ...{ before: null, after: { name, unit } },
      });
      return created;
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', `${ingredient.name} exists`, ['name']);
  }
}
