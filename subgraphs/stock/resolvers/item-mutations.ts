/** Opening ingredients and stock items, changing and removing them. */
import { z } from 'zod';
import { payloadOf, UserFault } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import type { MutationResolvers } from '../../../schema/types/stock.js';
import { createIngredient as create } from '../store/ingredients.js';
import { changeReorderPoint, lockItem, openItem, removeItem } from '../store/stock-items.js';
import { callerOf, checked, quantity, text } from './input.js';

const ingredientInput = z.object({ name: text(100) });
const itemInput = z.object({ reorderPoint: quantity(0), countedOnHand: quantity(0).nullish() });
const changeInput = z.object({ reorderPoint: quantity(0).nullish() });

export const itemMutations: Pick<
  MutationResolvers,
  'createIngredient' | 'createStockItem' | 'updateStockItem' | 'removeStockItem'
> = {
  createIngredient: (_, { input }, { database }) =>
    payloadOf(async () => {
      const { name } = checked(ingredientInput, input);
      return { ingredient: await create(database, name, input.unit) };
    }),

  createStockItem: (_, { input }, { database, cause, identity }) =>
    payloadOf(async () => {
      const { reorderPoint, countedOnHand } = checked(itemInput, input);
      const { outletId, ingredientId, tracking } = input;
      if (tracking === 'SHELF' && countedOnHand != null) {
        throw UserFault.of('INVALID_INPUT', 'What lies on a scale is not counted', ['countedOnHand']);
      }
      const item = { outletId, ingredientId, tracking, reorderPoint, countedOnHand: countedOnHand ?? 0 };
      const scope = scopeFor(identity, 'stock:manage');
      const stockItem = await database.work(cause, (work) => openItem(work, scope, callerOf(identity), item));
      return { stockItem };
    }),

  updateStockItem: (_, { input }, { database, cause, identity }) =>
    payloadOf(async () => {
      const { reorderPoint } = checked(changeInput, input);
      const scope = scopeFor(identity, 'stock:manage');
      const stockItem = await database.work(cause, (work) =>
        reorderPoint == null
          ? lockItem(work.tx, scope, input.stockItemId)
          : changeReorderPoint(work, scope, input.stockItemId, reorderPoint),
      );
      return { stockItem };
    }),

  removeStockItem: (_, { stockItemId }, { database, cause, identity, devices }) =>
    payloadOf(async () => {
      const { item, shelfIds } = await database.work(cause, (work) =>
        removeItem(work, scopeFor(identity, 'stock:manage'), stockItemId),
      );
      await Promise.all(shelfIds.map((shelfId) => devices.dismiss(shelfId)));
      return { stockItem: item };
    }),
};
