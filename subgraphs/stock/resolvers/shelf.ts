/** `Shelf`. */
import type { ShelfResolvers } from '../../../schema/types/stock.js';
import { isOnline } from '../domain/connectivity.js';
import { readingTopicOf } from '../domain/shelf-topic.js';
import { found } from './found.js';

export const Shelf: ShelfResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.shelf.load(id),
  stockItem: ({ stockItemId }, _, { loaders }) => found(loaders.item.load(stockItemId), 'Stock item'),
  topic: readingTopicOf,
  isOnline,
};
