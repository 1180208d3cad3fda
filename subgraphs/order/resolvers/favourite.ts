/** `Favourite`: named from this subgraph's copy of the menu, so that it can be listed whatever becomes of the item. */
import type { FavouriteResolvers } from '../../../schema/types/order.js';
import { usualOptions } from '../domain/favourite.js';

export const Favourite: FavouriteResolvers = {
  menuItem: ({ menuItemId }) => ({ id: menuItemId }),
  name: ({ menuItemId }, _args, { menu }) => menu.item(menuItemId)?.name ?? '',
  isOffered: ({ menuItemId }, _args, { menu }) => menu.item(menuItemId)?.isArchived === false,
  usualOptionIds(favourite, _args, { menu }) {
    const item = menu.item(favourite.menuItemId);
    return item === undefined ? [] : usualOptions(item, favourite);
  },
};
