/** Stock items, their shelves and the deliveries that fed them. */
import { notFound } from '../../../platform/errors.js';
import { connectionOf } from '../../../platform/paging.js';
import type { StockItem as Item } from '../../../prisma/stock/client/client.js';
import type {
  DeliveryLineResolvers,
  DeliveryResolvers,
  IngredientResolvers,
  ShelfResolvers,
  StockItemResolvers,
} from '../../../schema/types/stock.js';
import type { Context } from '../context.js';
import { readingTopicOf } from '../domain/shelf-topic.js';
import { idPageOf } from './query.js';

export const StockItem: StockItemResolvers = {
  __resolveReference(reference, { loaders }) {
    if ('id' in reference) return loaders.items.load(reference.id);
    const { outlet, ingredient } = reference;
    return outlet && loaders.itemsByKey.load({ outletId: outlet.id, ingredientId: ingredient.id });
  },
  outlet: ({ outletId }) => ({ id: outletId }),
  ingredient: ({ ingredientId }, _, { loaders }) =>
    found(loaders.ingredients.load(ingredientId), 'Ingredient'),
  async unit({ ingredientId }, _, { loaders }) {
    return (await found(loaders.ingredients.load(ingredientId), 'Ingredient')).unit;
  },
  async movements({ id }, args, { loaders }) {
    const page = idPageOf(args);
    return connectionOf(page, await loaders.movementsOfItem(page).load(id), (movement) => movement.id);
  },
  shelves: ({ id }, _, { loaders }) => loaders.shelvesOfItem.load(id),
};

export const Shelf: ShelfResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.shelves.load(id),
  stockItem: ({ stockItemId }, _, context) => itemOf(context, stockItemId),
  topic: readingTopicOf,
};

export const Ingredient: IngredientResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.ingredients.load(id),
};

export const Delivery: DeliveryResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.deliveries.load(id),
  outlet: ({ outletId }) => ({ id: outletId }),
};

export const DeliveryLine: DeliveryLineResolvers = {
  stockItem: ({ stockItemId }, _, context) => itemOf(context, stockItemId),
};

function itemOf({ loaders }: Context, id: string): Promise<Item> {
  return found(loaders.items.load(id), 'Stock item');
}

async function found<Row>(loading: Promise<Row | null>, what: string): Promise<Row> {
  const row = await loading;
  if (row === null) throw notFound(what);
  return row;
}
