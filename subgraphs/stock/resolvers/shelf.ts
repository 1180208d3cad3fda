/** `Shelf`, and the changes of its health. */
import type { ShelfHealthChangeResolvers, ShelfResolvers } from '../../../schema/types/stock.js';
import { isOnline } from '../domain/connectivity.js';
import { readingTopicOf } from '../domain/shelf-topic.js';
import { found } from './found.js';

export const Shelf: ShelfResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.shelf.load(id),
  stockItem: ({ stockItemId }, _, { loaders }) => found(loaders.item.load(stockItemId), 'Stock item'),
  topic: readingTopicOf,
  isOnline,
  health: ({ id }, _, { loaders }) => found(loaders.health.load(id), 'Shelf'),
};

export const ShelfHealthChange: ShelfHealthChangeResolvers = {
  shelf: ({ shelfId }, _, { loaders }) => found(loaders.shelf.load(shelfId), 'Shelf'),
};
