/**
 * `node(id)`: any entity of the supergraph by its id alone. The id names the type; entities of this subgraph are read here,
 * and those of others by the subgraph that owns them, once a field of theirs is selected.
 */
import { isId, tagOf, typeTag } from '../../../platform/ids.js';
import type { NodeResolvers } from '../../../schema/types/menu.js';
import type { Context } from '../context.js';

/** Every type that implements `Node`. */
export const NODE_TYPES = [
  'Cart',
  'CartLine',
  'Category',
  'Customer',
  'Delivery',
  'Dispute',
  'Franchise',
  'Ingredient',
  'MenuItem',
  'MenuOption',
  'Notification',
  'Order',
  'Outlet',
  'Payment',
  'Promotion',
  'PurchaseOrder',
  'Refund',
  'Shelf',
  'StockItem',
  'Supplier',
] as const;

const TYPE_BY_TAG: ReadonlyMap<string, (typeof NODE_TYPES)[number]> = new Map(
  NODE_TYPES.map((type) => [typeTag(type), type]),
);

/** Null for an id of no type, and for what does not exist here. */
export async function loadNode(given: string, { loaders }: Context) {
  const id = given.trim().toLowerCase();
  const type = isId(id) ? TYPE_BY_TAG.get(tagOf(id)) : undefined;
  switch (type) {
    case undefined:
      return null;
    case 'Category':
      return loaders.category.load(id);
    case 'Franchise':
      return loaders.franchise.load(id);
    case 'MenuItem':
      return loaders.menuItem.load(id);
    case 'MenuOption':
      return loaders.option.load(id);
    case 'Outlet':
      return loaders.outlet.load(id);
    case 'Promotion':
      return loaders.promotion.load(id);
    default:
      return { id };
  }
}

export const Node: NodeResolvers = {
  __resolveType: ({ id }) => TYPE_BY_TAG.get(tagOf(id)) ?? null,
};
