/** Head office puts a new item on every outlet's menu. */
import { UserFault } from '../../../platform/errors.js';
import type { ChangedFields } from '../../../platform/events/event-types.js';
import { CHAIN, recordChange } from '../../../platform/events/record-change.js';
import { newId } from '../../../platform/ids.js';
import { parseInput } from '../../../platform/kit/input.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { Context } from '../context.js';
import { unchanged } from '../domain/dated-price.js';
import {
  faultsOfOptionIds,
  type MenuItem,
  type OptionGroup,
  optionGroupsOf,
  type RecipeLine,
  type StoredMenuItem,
  shownItem,
} from '../domain/menu-item.js';
import { menuItemEvent } from '../published.js';
import { insertCategoryItems } from '../store/categories.js';
import type { Work } from '../store/database.js';
import { insertMenuItems } from '../store/menu-items.js';
import { insertOptionGroups, insertRecipes } from '../store/recipes-and-options.js';
import { changeMenu } from './change-menu.js';
import { newMenuItem, requireCategories, requireSellable } from './menu-item-input.js';
import { requireHeadOffice } from './who-may.js';

/** An item that can be sold, with all its parts. */
export interface NewItem {
  readonly item: StoredMenuItem;
  readonly recipe: readonly RecipeLine[];
  readonly groups: readonly OptionGroup[];
  readonly categoryIds: readonly string[];
  /** What the audit trail says of it. */
  readonly recorded: ChangedFields;
}

/** @throws UserFault when the item cannot be sold, ALREADY_EXISTS when another item has the barcode in any spelling. */
export async function createMenuItem(context: Context, input: unknown): Promise<MenuItem> {
  requireHeadOffice(context);
  const created = newItemOf(input);
  try {
    await changeMenu(context, async (work) => {
      await requireCategories(work.tx, created.categoryIds);
      await insertItems(work, context, 'createMenuItem', [created]);
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'Another item has this barcode', ['barcode']);
  }
  return shownItem(created.item, new Date());
}

/** Whether the categories exist is left to be checked. @throws UserFault when the item cannot be sold. */
export function newItemOf(input: unknown): NewItem {
  const { barcode, recipe, optionGroups, categoryIds: given, ...fields } = parseInput(newMenuItem, input);
  const categoryIds = [...new Set(given)].toSorted();
  requireSellable({ ...fields, recipe, optionGroups }, faultsOfOptionIds(optionGroups));
  const price = unchanged(fields.price);
  const item = { id: newId('MenuItem'), barcode, isArchived: false, version: 1, ...fields, price };
  return {
    ...{ item, recipe, categoryIds, groups: optionGroupsOf(item.id, optionGroups) },
    recorded: { barcode, ...fields, categoryIds, recipe, optionGroups },
  };
}

/** Publishes and records each. @throws a unique violation when another item has a barcode. */
export async function insertItems(
  work: Work,
  context: Context,
  action: string,
  items: readonly NewItem[],
): Promise<void> {
  const { tx } = work;
  await insertMenuItems(
    tx,
    items.map(({ item }) => item),
  );
  await insertRecipes(
    tx,
    items.map(({ item, recipe }) => ({ menuItemId: item.id, recipe })),
  );
  await insertOptionGroups(
    tx,
    items.flatMap(({ groups }) => groups),
  );
  await insertCategoryItems(
    tx,
    items.flatMap(({ item, categoryIds }) =>
      categoryIds.map((categoryId) => ({ categoryId, menuItemId: item.id })),
    ),
  );
  for (const { item, recipe, groups, recorded } of items) {
    work.emit(menuItemEvent(item, recipe, groups));
    recordChange(work, context, {
      ...{ action, entity: { type: 'MenuItem', id: item.id }, tenant: CHAIN },
      ...{ before: null, after: recorded },
    });
  }
}
