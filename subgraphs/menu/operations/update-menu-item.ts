/**
 * Head office changes an item: what is given is replaced, the rest stays. New prices of the item and of options that it had take
 * effect together, shortly after the rest.
 */
import { notFound, UserFault } from '../../../platform/errors.js';
import { CHAIN, recordChange } from '../../../platform/events/record-change.js';
import { isId } from '../../../platform/ids.js';
import { parseInput } from '../../../platform/kit/input.js';
import type { UpdateMenuItemInput } from '../../../schema/types/menu.js';
import type { Context } from '../context.js';
import { changedAt, PRICE_LEAD_MILLISECONDS } from '../domain/dated-price.js';
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
} from '../domain/menu-item.js';
import { menuItemEvent } from '../published.js';
import type { Transaction } from '../store/database.js';
import { findMenuItemForUpdate, updateMenuItem as updateRow } from '../store/menu-items.js';
import { findLowestOutletPrice } from '../store/outlet-prices.js';
import {
  deleteOptionGroups,
  deleteRecipe,
  findOptionGroups,
  findRecipeLines,
  insertOptionGroups,
  insertRecipe,
} from '../store/recipes-and-options.js';
import { changePrices, untilInEffect } from './change-menu.js';
import { menuItemChanges, requireSellable } from './menu-item-input.js';
import { requireHeadOffice } from './who-may.js';

/** What null clears. */
const CLEARED: ReadonlySet<string> = new Set(['season', 'imageUrl']);

/** @throws NOT_FOUND, UserFault when the item that results cannot be sold. */
export async function updateMenuItem(
  context: Context,
  { menuItemId: id, ...input }: UpdateMenuItemInput,
): Promise<MenuItem> {
  requireHeadOffice(context);
  // Any other null counts as left out.
  const given = Object.entries(input).filter(([field, value]) => value !== null || CLEARED.has(field));
  const changes = parseInput(menuItemChanges, Object.fromEntries(given));
  if (!isId(id)) throw notFound('Menu item');
  return changePrices(context, async (work) => {
    const { tx } = work;
    const before = await findMenuItemForUpdate(tx, id);
    if (before === null) throw notFound('Menu item');
    await untilInEffect(before.price.effectiveAt);
    const recipeBefore = await findRecipeLines(tx, [id]);
    const groupsBefore = await findOptionGroups(tx, [id]);

    const fields = {
      name: changes.name ?? before.name,
      description: changes.description ?? before.description,
      category: changes.category ?? before.category,
      imageUrl: changes.imageUrl === undefined ? before.imageUrl : changes.imageUrl,
      allergens: changes.allergens ?? before.allergens,
      isLimited: changes.isLimited ?? before.isLimited,
      season: changes.season === undefined ? before.season : changes.season,
      preparationSeconds: changes.preparationSeconds ?? before.preparationSeconds,
    };
    const price = changes.price ?? before.price.amount;
    const recipe = changes.recipe ?? recipeBefore;
    const drafts = changes.optionGroups ?? groupsBefore.map(groupDraftOf);
    requireSellable({ price, recipe, optionGroups: drafts }, faultsOfOptionIds(drafts, groupsBefore));
    await requireSellableAtOutlets(tx, id, drafts);

    const effectiveAt = new Date(Date.now() + PRICE_LEAD_MILLISECONDS);
    const groups = optionGroupsOf(id, drafts, groupsBefore, effectiveAt);
    const datedPrice = changedAt(before.price.amount, price, effectiveAt);
    await updateRow(tx, id, { ...fields, price: datedPrice });
    if (changes.recipe !== undefined) {
      await deleteRecipe(tx, id);
      await insertRecipe(tx, id, recipe);
    }
    if (changes.optionGroups !== undefined) {
      await deleteOptionGroups(tx, id);
      await insertOptionGroups(tx, groups);
    }
    const after = { ...before, ...fields, price: datedPrice, version: before.version + 1 };
    work.emit(menuItemEvent(after, recipe, groups));
    recordChange(work, context, {
      ...{ action: 'updateMenuItem', entity: { type: 'MenuItem', id }, tenant: CHAIN },
      before: recorded(before, recipeBefore, groupsBefore),
      after: recorded(after, recipe, groups),
    });
    return {
      result: { ...after, price },
      effectiveAt: isAnyDated([datedPrice, ...deltasOf(groups)]) ? effectiveAt : null,
    };
  });
}

/** What the audit trail compares. */
function recorded(item: StoredMenuItem, recipe: readonly RecipeLine[], groups: readonly OptionGroup[]) {
  const { name, description, category, imageUrl, allergens, isLimited, season, preparationSeconds, price } = item;
  return {
    ...{ name, description, category, imageUrl, allergens, isLimited, season, preparationSeconds },
    price: price.amount,
    recipe: recipe.map(lineOf),
    optionGroups: groups.map(groupDraftOf).map(({ options, ...group }) => ({
      ...group,
      options: options.map(({ name, priceDelta, isDefault, isExclusive, recipe }) => ({
        ...{ name, priceDelta, isDefault, isExclusive, recipe: recipe.map(lineOf) },
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
