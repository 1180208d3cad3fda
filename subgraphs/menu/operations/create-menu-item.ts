/** Head office puts a new item on every outlet's menu. */
import { UserFault } from '../../../platform/errors.js';
import { CHAIN, recordChange } from '../../../platform/events/record-change.js';
import { newId } from '../../../platform/ids.js';
import { parseInput } from '../../../platform/kit/input.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { Context } from '../context.js';
import { unchanged } from '../domain/dated-price.js';
import { faultsOfOptionIds, type MenuItem, optionGroupsOf, shownItem } from '../domain/menu-item.js';
import { menuItemEvent } from '../published.js';
import { updateCategoriesOf } from '../store/categories.js';
import { insertMenuItem } from '../store/menu-items.js';
import { insertOptionGroups, insertRecipe } from '../store/recipes-and-options.js';
import { changeMenu } from './change-menu.js';
import { newMenuItem, requireCategories, requireSellable } from './menu-item-input.js';
import { requireHeadOffice } from './who-may.js';

/** @throws UserFault when the item cannot be sold, ALREADY_EXISTS when another item has the barcode in any spelling. */
export async function createMenuItem(context: Context, input: unknown): Promise<MenuItem> {
  requireHeadOffice(context);
  const { barcode, recipe, optionGroups, categoryIds: given, ...fields } = parseInput(newMenuItem, input);
  const categoryIds = [...new Set(given)].toSorted();
  requireSellable({ ...fields, recipe, optionGroups }, faultsOfOptionIds(optionGroups));
  const price = unchanged(fields.price);
  const item = { id: newId('MenuItem'), barcode, isArchived: false, version: 1, ...fields, price };
  const groups = optionGroupsOf(item.id, optionGroups);
  try {
    await changeMenu(context, async (work) => {
      await requireCategories(work.tx, categoryIds);
      await insertMenuItem(work.tx, item.id, barcode, { ...fields, price });
      await insertRecipe(work.tx, item.id, recipe);
      await insertOptionGroups(work.tx, groups);
      await updateCategoriesOf(work.tx, item.id, [], categoryIds);
      work.emit(menuItemEvent(item, recipe, groups));
      recordChange(work, context, {
        ...{ action: 'createMenuItem', entity: { type: 'MenuItem', id: item.id }, tenant: CHAIN },
        ...{ before: null, after: { barcode, ...fields, categoryIds, recipe, optionGroups } },
      });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'Another item has this barcode', ['barcode']);
  }
  return shownItem(item, new Date());
}
