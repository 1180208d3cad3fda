/** `MenuItem` and what it is made of. */
import { dateOfDay } from '../../../platform/kit/calendar.js';
import { rupiah } from '../../../platform/money.js';
import type {
  MenuItemResolvers,
  MenuOptionResolvers,
  OptionGroupResolvers,
  PlannedPriceResolvers,
  RecipeLineResolvers,
  SeasonResolvers,
} from '../../../schema/types/menu.js';
import type { Context } from '../context.js';
import { barcodeOf, canonicalBarcode } from '../domain/barcode.js';
import { amountAt } from '../domain/dated-price.js';
import { defaultServing } from '../domain/default-serving.js';
import type { MenuItem as MenuItemRecord } from '../domain/menu-item.js';
import { descriptionIn, nameIn } from './named.js';

export const MenuItem: MenuItemResolvers = {
  __resolveReference: (reference, context) =>
    'id' in reference
      ? context.loaders.menuItem.load(reference.id)
      : loadByBarcode(reference.barcode, context),
  name: nameIn,
  description: descriptionIn,
  price: ({ price }) => rupiah(price),
  categories: ({ id }, _args, { loaders }) => loaders.categories.load(id),
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

export const PlannedPrice: PlannedPriceResolvers = {
  price: ({ price }) => rupiah(price),
};

export const Season: SeasonResolvers = {
  from: ({ from }) => dateOfDay(from),
  until: ({ until }) => dateOfDay(until),
};

export const OptionGroup: OptionGroupResolvers = { name: nameIn };

export const MenuOption: MenuOptionResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.option.load(id),
  name: nameIn,
  priceDelta: ({ priceDelta }) => rupiah(amountAt(priceDelta, new Date())),
  addedRecipe: ({ recipe }) => recipe.filter(({ quantity }) => quantity > 0),
};

export const RecipeLine: RecipeLineResolvers = {
  ingredient: ({ ingredientId }) => ({ id: ingredientId }),
};

export async function loadByBarcode(entered: string, { loaders }: Context): Promise<MenuItemRecord | null> {
  const barcode = barcodeOf(entered);
  return barcode === null ? null : loaders.menuItemByBarcode.load(canonicalBarcode(barcode));
}
