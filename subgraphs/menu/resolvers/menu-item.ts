/** `MenuItem` and what it is made of, and the queries that find it. */
import { ErrorCode, notFound, requestError } from '../../../platform/errors.js';
import { rupiah } from '../../../platform/money.js';
import { pageOf } from '../../../platform/paging.js';
import type {
  MenuItemResolvers,
  MenuOptionResolvers,
  QueryResolvers,
  RecipeLineResolvers,
} from '../../../schema/types/menu.js';
import type { Context } from '../context.js';
import { isBarcode } from '../domain/barcode.js';
import { localDay } from '../domain/calendar.js';
import { type MenuItemRow, readMenu } from '../store/menu-items.js';
import { requireIdCursor } from './paging.js';

const MAXIMUM_SEARCH = 100;

export const menu: NonNullable<QueryResolvers['menu']> = async (_parent, args, { database, loaders }) => {
  const page = requireIdCursor(pageOf(args));
  const search = searchOf(args.search);
  const outlet = await loaders.outlet.load(args.outletId);
  if (outlet === null) throw notFound('Outlet');
  const day = localDay(outlet.timeZone, new Date());
  return readMenu(database, { outletId: outlet.id, day, category: args.category ?? null, search }, page);
};

export const menuItem: NonNullable<QueryResolvers['menuItem']> = async (_parent, { id }, { loaders }) =>
  found(await loaders.menuItem.load(id));

export const menuItemByBarcode: NonNullable<QueryResolvers['menuItemByBarcode']> = async (
  _parent,
  { barcode },
  context,
) => found(await byBarcode(barcode, context));

export const MenuItem: MenuItemResolvers = {
  __resolveReference: (reference, context) =>
    'id' in reference ? context.loaders.menuItem.load(reference.id) : byBarcode(reference.barcode, context),
  price: ({ price }) => rupiah(price),
  optionGroups: ({ id }, _args, { loaders }) => loaders.optionGroups.load(id),
  recipe: ({ id }, _args, { loaders }) => loaders.recipe.load(id),
  servingRecipe: ({ id }, _args, { loaders }) => loaders.recipe.load(id),
  promotions: ({ id }, { outletId }, { loaders }) => loaders.running.load({ menuItemId: id, outletId }),
};

export const MenuOption: MenuOptionResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.option.load(id),
  priceDelta: ({ priceDelta }) => rupiah(priceDelta),
};

export const RecipeLine: RecipeLineResolvers = {
  ingredient: ({ ingredientId }) => ({ id: ingredientId }),
};

async function byBarcode(barcode: string, { loaders }: Context): Promise<MenuItemRow | null> {
  return isBarcode(barcode) ? loaders.menuItemByBarcode.load(barcode) : null;
}

function found(item: MenuItemRow | null): MenuItemRow {
  if (item === null) throw notFound('Menu item');
  return item;
}

function searchOf(search: string | null | undefined): string | null {
  const text = search?.trim() ?? '';
  if (text === '') return null;
  if (text.length > MAXIMUM_SEARCH || text.includes('\0')) {
    throw requestError(ErrorCode.BAD_USER_INPUT, `search is a text of at most ${MAXIMUM_SEARCH} characters`);
  }
  return text;
}
