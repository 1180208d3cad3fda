/** `TakenOff`. */
import { notFound } from '../../../platform/errors.js';
import type { TakenOffResolvers } from '../../../schema/types/menu.js';

export const TakenOff: TakenOffResolvers = {
  async menuItem({ menuItemId }, _args, { loaders }) {
    const item = await loaders.menuItem.load(menuItemId);
    if (item === null) throw notFound('Menu item');
    return item;
  },
  option: ({ optionId }, _args, { loaders }) => (optionId === null ? null : loaders.option.load(optionId)),
};
