/**
 * Head office changes an item: what is given is replaced, the rest stays. New prices of the item, unless it is planned for later, and of
 * options that it had take effect together, shortly after the rest.
 */
import { notFound, UserFault } from '../../../platform/errors.js';
import { CHAIN, recordChange } from '../../../platform/events/record-change.js';
import { isId } from '../../../platform/ids.js';
import { parseInput } from '../../../platform/kit/input.js';
import type { UpdateMenuItemInput } from '../../../schema/types/menu.js';
import type { Context } from '../context.js';
import {
  amountAt,
  changedAt,
  faultsOfPlan,
  isPlanned,
  kept,
  PRICE_LEAD_MILLISECONDS,
} from '../domain/dated-price.js';
import {
  faultsOfOptionIds,
  type GroupDraft,
  groupDraftOf,
  type MenuItem,
  type OptionGroup,
  optionGroupsOf,
  priceFaults,
  type RecipeLine,
  type StoredMenuItem,
  shownItem,
} from '../domain/menu-item.js';
import { menuItemEvent } from '../published.js';
import { findCategoryIdsOf, updateCategoriesOf } from '../store/categories.js';
import type { Transaction, Work } from '../store/database.js';
import { findMenuItemForUpdate, updateMenuItem as updateRow } from '../store/menu-items.js';
import { findLowestOutletPrice } from '../store/outlet-prices.js';
import {
  deleteOptionGroups,
  deleteRecipe,
  findOptionGroups,
  findRecipeLines,
  insertOptionGroups,
  insertRecipes,
} from '../store/recipes-and-options.js';
import { changePrices, type PriceChange, untilInEffect } from './change-menu.js';
import {
  type MenuItemChanges,
  menuItemChanges,
  requireCategories,
  requireSellable,
} from './menu-item-input.js';
import { requireHeadOffice } from './who-may.js';

/** What null clears. */
const CLEARED: ReadonlySet<string> = new Set(['season', 'imageUrl', 'nameEn', 'descriptionEn']);

/** @throws NOT_FOUND, UserFault when the item that results cannot be sold. */
export async function updateMenuItem(
  context: Context,
  { menuItemId: id, ...input }: UpdateMenuItemInput,
): Promise<MenuItem> {
  requireHeadOffice(context);
  // Any other null counts as left out.
  const given = Object.entries(input).filter(([field, value]) => value !== null || CLEARED.has(field));
  const changes = menuItemChangesOf(Object.fromEntries(given));
  if (!isId(id)) throw notFound('Menu item');
  return changePrices(context, (work) =>
    changeItem(work, context, { action: 'updateMenuItem', id, changes, lead: PRICE_LEAD_MILLISECONDS }),
  );
}

/** @throws UserFault */
export function menuItemChangesOf(input: object): MenuItemChanges {
  const changes = parseInput(menuItemChanges, input);
  const planFaults = faultsOfPlan(changes.priceFrom ?? null, changes.price !== undefined, new Date());
  if (planFaults.length > 0) throw new UserFault(planFaults);
  return changes;
}

export interface ItemChange {
  readonly action: string;
  readonly id: string;
  readonly changes: MenuItemChanges;
  /** After how many milliseconds prices take effect that are not planned for later: when the change has reached every copy. */
  readonly lead: number;
}

/** Within a transaction that may change more. @throws NOT_FOUND, UserFault when the item that results cannot be sold. */
export async function changeItem(
  work: Work,
  context: Context,
  { action, id, changes, lead }: ItemChange,
): Promise<PriceChange<MenuItem>> {
  const { tx } = work;
  const before = await findMenuItemForUpdate(tx, id);
  if (before === null) throw notFound('Menu item');
  const recipeBefore = await findRecipeLines(tx, [id]);
  const groupsBefore = await findOptionGroups(tx, [id]);
  const categoriesBefore = await findCategoryIdsOf(tx, id);
  for (const dated of [before.price, ...deltasOf(groupsBefore)])
    if (!isPlanned(dated, new Date())) await untilInEffect(dated.effectiveAt);
  const fields = {
    name: changes.name ?? before.name,
    nameEn: changes.nameEn === undefined ? before.nameEn : changes.nameEn,
    description: changes.description ?? before.description,
    descriptionEn: changes.descriptionEn === undefined ? before.descriptionEn : changes.descriptionEn,
    category: changes.category ?? before.category,
    imageUrl: changes.imageUrl === undefined ? before.imageUrl : changes.imageUrl,
    allergens: changes.allergens ?? before.allergens,
    taxClass: changes.taxClass ?? before.taxClass,
    isLimited: changes.isLimited ?? before.isLimited,
    season: changes.season === undefined ? before.season : changes.season,
    preparationSeconds: changes.preparationSeconds ?? before.preparationSeconds,
  };
  const now = new Date();
  const soon = new Date(now.getTime() + lead);
  const price =
    changes.price === undefined
      ? kept(before.price, now)
      : changedAt(amountAt(before.price, now), changes.price, changes.priceFrom ?? soon);
  const recipe = changes.recipe ?? recipeBefore;
  const drafts = changes.optionGroups ?? groupsBefore.map(groupDraftOf);
  const optionFaults = faultsOfOptionIds(drafts, groupsBefore);
  for (const amount of new Set([price.amount, amountAt(price, now)]))
    requireSellable({ price: amount, recipe, optionGroups: drafts }, optionFaults);
  await requireSellableAtOutlets(tx, id, drafts);
  await requireCategories(tx, changes.categoryIds ?? []);

  const groups = optionGroupsOf(id, drafts, groupsBefore, soon);
  await updateRow(tx, id, { ...fields, price });
  if (changes.recipe !== undefined) {
    await deleteRecipe(tx, id);
    await insertRecipes(tx, [{ menuItemId: id, recipe }]);
  }
  if (changes.optionGroups !== undefined) {
    await deleteOptionGroups(tx, id);
    await insertOptionGroups(tx, groups);
  }
  const categoryIds =
    changes.categoryIds === undefined ? categoriesBefore : [...new Set(changes.categoryIds)].toSorted();
  await updateCategoriesOf(tx, id, categoriesBefore, categoryIds);
  const after = { ...before, ...fields, price, version: before.version + 1 };
  work.emit(menuItemEvent(after, recipe, groups));
  recordChange(work, context, {
    ...{ action, entity: { type: 'MenuItem', id }, tenant: CHAIN },
    before: {
      ...recorded(before, recipeBefore, groupsBefore),
      categoryIds: categoriesBefore,
      priceFrom: null,
    },
    after: { ...recorded(after, recipe, groups), categoryIds, priceFrom: changes.priceFrom ?? null },
  });
  const isPlan = price.effectiveAt !== null && price.effectiveAt > soon;
  return {
    result: shownItem(after, isPlan ? now : soon),
    effectiveAt: isAnyDated([...(isPlan ? [] : [price]), ...deltasOf(groups)]) ? soon : null,
  };
}

/** What the audit trail compares. */
function recorded(item: StoredMenuItem, recipe: readonly RecipeLine[], groups: readonly OptionGroup[]) {
  const { name, nameEn, description, descriptionEn, category, imageUrl, allergens, taxClass } = item;
  const { isLimited, season, preparationSeconds, price } = item;
  return {
    ...{ name, nameEn, description, descriptionEn, category, imageUrl, allergens, taxClass },
    ...{ isLimited, season, preparationSeconds },
    price: price.amount,
    recipe: recipe.map(lineOf),
    optionGroups: groups.map(groupDraftOf).map(({ options, ...group }) => ({
      ...group,
      options: options.map(({ name, nameEn, priceDelta, isDefault, isExclusive, recipe }) => ({
        ...{ name, nameEn, priceDelta, isDefault, isExclusive, recipe: recipe.map(lineOf) },
      })),
    })),
  };
}

function lineOf({ ingredientId, quantity }: RecipeLine): RecipeLine {
  return { ingredientId, quantity };
}

/** The options have to suit every outlet's own price too. */
async function requireSellableAtOutlets(
  tx: Transaction,
  menuItemId: string,
  groups: readonly GroupDraft[],
): Promise<void> {
  const lowest = await findLowestOutletPrice(tx, menuItemId);
  if (lowest === null || priceFaults(lowest, groups).length === 0) return;
  throw UserFault.of(
    'INVALID_INPUT',
    "With these options the item would cost less than 1 rupiah at an outlet's own price",
    ['optionGroups'],
  );
}

function deltasOf(groups: readonly OptionGroup[]) {
  return groups.flatMap(({ options }) => options.map(({ priceDelta }) => priceDelta));
}

function isAnyDated(amounts: readonly { readonly effectiveAt: Date | null }[]): boolean {
  return amounts.some(({ effectiveAt }) => effectiveAt !== null);
}
