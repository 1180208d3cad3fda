/** Starts keeping an ingredient at an outlet, counted or weighed. An outlet has one item of an ingredient. */
import { z } from 'zod';
import { notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { callerOf, scopeFor } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { parseInput, quantity } from '../../../platform/kit/input.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { CreateStockItemInput } from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import type { StockItem } from '../domain/records.js';
import { findIngredient } from '../store/ingredients.js';
import { findItem, insertItem } from '../store/stock-items.js';
import { MAXIMUM_QUANTITY } from './limits.js';
import { recordMovements } from './record-movements.js';
import { requireOutlet } from './require-outlet.js';

const inputSchema = z.object({
  reorderPoint: quantity(0, MAXIMUM_QUANTITY),
  countedOnHand: quantity(0, MAXIMUM_QUANTITY).nullish(),
});

export async function createStockItem(
  { database, identity, origin, cause }: Context,
  input: CreateStockItemInput,
): Promise<StockItem> {
  const { reorderPoint, countedOnHand } = parseInput(inputSchema, input);
  const { outletId, ingredientId, tracking } = input;
  if (tracking === 'SHELF' && countedOnHand != null) {
    throw UserFault.of('INVALID_INPUT', 'A weighed item is not counted', ['countedOnHand']);
  }
  const personId = callerOf(identity);
  const { franchiseId } = await requireOutlet(database, scopeFor(identity, 'stock:manage'), outletId);
  return database.work(cause, async (work) => {
    const ingredient = isId(ingredientId) ? await findIngredient(work.tx, ingredientId) : null;
    if (ingredient === null) throw notFound('Ingredient');
    const id = newId('StockItem');
    await insertItem(work.tx, { id, franchiseId, outletId, ingredientId, tracking, reorderPoint }).catch(
      (error) => {
        if (!isUniqueViolation(error)) throw error;
        throw UserFault.of('ALREADY_EXISTS', `The outlet has an item of ${ingredient.name}`, [
          'ingredientId',
        ]);
      },
    );
    const opening = { figure: 'ON_HAND', delta: countedOnHand ?? 0, kind: 'OPENING', personId } as const;
    await recordMovements(work, [{ stockItemId: id, franchiseId, outletId, ...opening }]);
    recordChange(
      work,
      { identity, origin },
      {
        ...{
          action: 'createStockItem',
          entity: { type: 'StockItem', id },
          tenant: { franchiseId, outletId },
        },
        before: null,
        after: { outletId, ingredientId, tracking, reorderPoint, onHand: countedOnHand ?? 0 },
      },
    );
    return findItem(work.tx, id);
  });
}
