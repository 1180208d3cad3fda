/** `MenuItem` and what it is made of: finding items and changing them. */
import { ErrorCode, notFound, payloadOf, requestError } from '../../../platform/errors.js';
import { dateOfDay, todayIn } from '../../../platform/kit/calendar.js';
import { isStorable } from '../../../platform/kit/input.js';
import { idPageOf, type PageArguments, pageOf } from '../../../platform/kit/paging.js';
import { rupiah } from '../../../platform/money.js';
import type {
  MenuItemResolvers,
  MenuOptionResolvers,
  MutationResolvers,
  QueryResolvers,
  RecipeLineResolvers,
  SeasonResolvers,
} from '../../../schema/types/menu.js';
import type { Context } from '../context.js';
import { barcodeOf, canonicalBarcode } from '../domain/barcode.js';
import { amountAt } from '../domain/dated-price.js';
import { defaultServing } from '../domain/default-serving.js';
import type { MenuItem as MenuItemRecord } from '../domain/menu-item.js';
import { archiveMenuItem as archive } from '../operations/archive-menu-item.js';
import { createMenuItem as create } from '../operations/create-menu-item.js';
import { setOutletPrice as setPrice } from '../operations/set-outlet-price.js';
import { updateMenuItem as update } from '../operations/update-menu-item.js';
import { findMenuPage } from '../store/menu-items.js';

const MAXIMUM_SEARCH = 100;

export const menu: NonNullable<QueryResolvers['menu']> = async (_parent, args, { database, loaders }) => {
  const search = searchOf(args.search);
  const page = search === null ? idPageOf(args) : rankedPageOf(args);
  const outlet = await loaders.outlet.load(args.outletId);
  if (outlet === null) throw notFound('Outlet');
  const filter = {
    outletId: outlet.id,
    day: todayIn(outlet.timeZone),
    category: args.category ?? null,
    search,
  };
  return findMenuPage(database, filter, page);
};

export const menuItem: NonNullable<QueryResolvers['menuItem']> = async (_parent, { id }, { loaders }) => {
  const item = await loaders.menuItem.load(id);
  if (item === null) throw notFound('Menu item');
  return item;
};

export const menuItemByBarcode: NonNullable<QueryResolvers['menuItemByBarcode']> = async (
  _parent,
  { barcode },
  context,
) => {
  const item = await loadByBarcode(barcode, context);
  if (item === null) throw notFound('Menu item');
  return item;
};

export const createMenuItem: NonNullable<MutationResolvers['createMenuItem']> = (
  _parent,
  { input },
  context,
) => payloadOf(async () => ({ menuItem: await create(context, input) }));

export const updateMenuItem: NonNullable<MutationResolvers['updateMenuItem']> = (
  _parent,
  { input },
  context,
) => payloadOf(async () => ({ menuItem: await update(context, input) }));

export const archiveMenuItem: NonNullable<MutationResolvers['archiveMenuItem']> = (
  _parent,
  { menuItemId },
  context,
) => payloadOf(async () => ({ menuItem: await archive(context, menuItemId) }));

export const setOutletPrice: NonNullable<MutationResolvers['setOutletPrice']> = (
  _parent,
  { input },
  context,
) => payloadOf(async () => ({ menuItem: await setPrice(context, input) }));

export const MenuItem: MenuItemResolvers = {
  __resolveReference: (reference, context) =>
    'id' in reference
      ? context.loaders.menuItem.load(reference.id)
      : loadByBarcode(reference.barcode, context),
  price: ({ price }) => rupiah(price),
  optionGroups: ({ id }, _args, { loaders }) => loaders.optionGroups.load(id),
  recipe: ({ id }, _args, { loaders }) => loaders.recipe.load(id),
  async servingRecipe({ id }, _args, { loaders }) {
    const [recipe, optionGroups] = await Promise.all([
      loaders.recipe.load(id),
      loaders.optionGroups.load(id),
    ]);
    return defaultServing(recipe, optionGroups);
  },
  promotions: ({ id }, { outletId }, { loaders }) =>
    loaders.runningPromotions.load({ menuItemId: id, outletId }),
};

export const Season: SeasonResolvers = {
  from: ({ from }) => dateOfDay(from),
  until: ({ until }) => dateOfDay(until),
};

export const MenuOption: MenuOptionResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.option.load(id),
  priceDelta: ({ priceDelta }) => rupiah(amountAt(priceDelta, new Date())),
};

export const RecipeLine: RecipeLineResolvers = {
  ingredient: ({ ingredientId }) => ({ id: ingredientId }),
};

async function loadByBarcode(entered: string, { loaders }: Context): Promise<MenuItemRecord | null> {
  const barcode = barcodeOf(entered);
  return barcode === null ? null : loaders.menuItemByBarcode.load(canonicalBarcode(barcode));
}

/** Matches are in the order of rank and id. @throws BAD_USER_INPUT */
function rankedPageOf(args: PageArguments) {
  const page = pageOf(args);
  for (const cursor of [page.after, page.before]) {
    if (cursor !== null && !/^[0-3][0-9a-f-]{36}$/.test(cursor))
      throw requestError(ErrorCode.BAD_USER_INPUT, 'The cursor is not one of this search');
  }
  return page;
}

function searchOf(search: string | null | undefined): string | null {
  const text = search?.trim() ?? '';
  if (text === '') return null;
  if (text.length > MAXIMUM_SEARCH || !isStorable(text)) {
    throw requestError(ErrorCode.BAD_USER_INPUT, `search is a text of at most ${MAXIMUM_SEARCH} characters`);
  }
  return text;
}
