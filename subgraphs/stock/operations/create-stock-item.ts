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
import type { StockItem, Tracking } from '../domain/records.js';
import type { Work } from '../store/database.js';
import { findIngredient } from '../store/ingredients.js';
import { findItem, insertItems, type NewItem } from '../store/stock-items.js';
import { MAXIMUM_QUANTITY } from './limits.js';
import { recordMovements } from './record-movements.js';
import { requireOutlet } from './require-outlet.js';

export const stockItemInput = z.object({
  reorderPoint: quantity(0, MAXIMUM_QUANTITY),
  countedOnHand: quantity(0, MAXIMUM_QUANTITY).nullish(),
});

export async function createStockItem(caller: Context, input: CreateStockItemInput): Promise<StockItem> {
  const { database, identity, cause } = caller;
  const { reorderPoint, countedOnHand } = parseInput(stockItemInput, input);
  const { outletId, ingredientId, tracking } = input;
  requireCountable(tracking, countedOnHand ?? null);
  const { franchiseId } = await requireOutlet(database, scopeFor(identity, 'stock:manage'), outletId);
  return database.work(cause, async (work) => {
    const ingredient = isId(ingredientId) ? await findIngredient(work.tx, ingredientId) : null;
    if (ingredient === null) throw notFound('Ingredient');
    const id = newId('StockItem');
    const item = { id, franchiseId, outletId, ingredientId, tracking, reorderPoint };
    await insertStockItems(work, caller, 'createStockItem', [
      { ...item, countedOnHand: countedOnHand ?? 0 },
    ]).catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      throw UserFault.of('ALREADY_EXISTS', `The outlet has an item of ${ingredient.name}`, ['ingredientId']);
    });
    return findItem(work.tx, id);
  });
}

/** @throws UserFault */
export function requireCountable(tracking: Tracking, countedOnHand: number | null): void {
  if (tracking === 'SHELF' && countedOnHand !== null) {
    throw UserFault.of('INVALID_INPUT', 'A weighed item is not counted', ['countedOnHand']);
  }
}

export interface NewStockItem extends NewItem {
  readonly countedOnHand: number;
}

/** Within a transaction that may add more. @throws a unique violation where an outlet has an item of an ingredient. */
export async function insertStockItems(
  work: Work,
  caller: Context,
  action: string,
  items: readonly NewStockItem[],
): Promise<void> {
  const personId = callerOf(caller.identity);
  await insertItems(
    work.tx,
    items.map(({ countedOnHand: _, ...item }) => item),
  );
  await recordMovements(
    work,
    items.map(({ id: stockItemId, franchiseId, outletId, countedOnHand: delta }) => ({
      ...{ stockItemId, franchiseId, outletId, figure: 'ON_HAND', delta, kind: 'OPENING', personId },
    })),
  );
  for (const { id, franchiseId, outletId, ingredientId, tracking, reorderPoint, countedOnHand } of items) {
    recordChange(work, caller, {
      ...{ action, entity: { type: 'StockItem', id }, tenant: { franchiseId, outletId } },
      before: null,
      after: { outletId, ingredientId, tracking, reorderPoint, onHand: countedOnHand },
    });
  }
}
