/** The menu as a table: items are found by their barcodes, and those that are as the file says are left alone. */
import { isDeepStrictEqual } from 'node:util';
import { type ExportedPage, type ExportedRow, exportPage } from '../../../../platform/bulk/export-table.js';
import type { Step, Table } from '../../../../platform/bulk/import-table.js';
import { candidatesByName } from '../../../../platform/bulk/named-things.js';
import type { Page } from '../../../../platform/kit/paging.js';
import type { Context } from '../../context.js';
import {
  type GroupDraft,
  groupDraftOf,
  type MenuOption,
  type OptionGroup,
  type RecipeLine,
  type StoredMenuItem,
} from '../../domain/menu-item.js';
import { findAllCategories, findCategoriesOfItems } from '../../store/categories.js';
import type { MenuDatabase, Work } from '../../store/database.js';
import { findStoredItemPage, findStoredItemsByBarcode } from '../../store/menu-items.js';
import { findOptionGroups, findRecipeLines } from '../../store/recipes-and-options.js';
import { insertItems, type NewItem, newItemOf } from '../create-menu-item.js';
import { type MenuItemChanges, requireSellable } from '../menu-item-input.js';
import { changeItem, menuItemChangesOf } from '../update-menu-item.js';
import {
  columnOfField,
  EMPTY,
  groupsOf,
  inputOf,
  itemsOf,
  linesOf,
  MENU_COLUMNS,
  type OPTION_COLUMNS,
  requireId,
} from './menu-lines.js';
import type { MenuPlan } from './menu-plan.js';
import { PriceMoments } from './price-moments.js';
import { exportedPrice, priceChange, saidPrice } from './said-price.js';

/** What a new item has where the file has no such column. */
const NEW = { ...EMPTY, categoryIds: [], recipe: [], optionGroups: [] };

/** In place of one that cannot be read. */
const USUAL_PRICE = 20_000;

/** What an item is at present. */
interface Existing {
  readonly item: StoredMenuItem;
  readonly recipe: readonly RecipeLine[];
  readonly groups: readonly OptionGroup[];
  /** Those that are not archived, ascending. */
  readonly categoryIds: readonly string[];
}

export async function planMenuItems(context: Context, table: Table<typeof MENU_COLUMNS>): Promise<MenuPlan> {
  const { bad, columns } = table;
  const items = itemsOf(table);
  const categoryIdOf = await categoryFinder(context.database);
  const existing = await findExisting(
    context.database,
    items.map(({ key }) => key),
  );
  const created: NewItem[] = [];
  const planned: { readonly id: string; readonly changes: MenuItemChanges }[] = [];
  const now = new Date();
  const steps: Step<Work>[] = [];
  const moments = new PriceMoments();
  let unchanged = 0;
  const change = async (work: Work, id: string, changes: MenuItemChanges) => {
    const { lead } = moments;
    const { effectiveAt } = await changeItem(work, context, { action: 'importMenu', id, changes, lead });
    moments.add(effectiveAt);
  };
  for (const item of items) {
    const { line, key, rows } = item;
    const before = existing.get(key);
    const { groups, places } = groupsOf(item, columns, before?.groups ?? [], bad);
    const isPlan = rows[0].values.plannedPrice != null;
    const columnOf = (field: readonly string[]) =>
      columnOfField(isPlan && field[0] === 'priceFrom' ? ['plannedFrom'] : field, places);
    if (before?.item.isArchived === true) {
      bad.add(line, 'barcode', 'the barcode of an item that is not archived, or of none');
      continue;
    }
    requireId(item, before?.item.id, bad);
    const input = inputOf(item, columns, groups, categoryIdOf, before?.item.season ?? null, bad);
    await bad.collectFaults(
      line,
      () => {
        const { price, ...from } = rows[0].values;
        const said = saidPrice(columns.has('price') ? (price ?? undefined) : undefined, from, now);
        if (before === undefined) {
          if (said.priceFrom !== null) bad.add(line, 'priceFrom', 'empty: a new price holds at once');
          const draft = newItemOf({ ...NEW, ...input, price: said.price, barcode: rows[0].values.barcode });
          const plan = said.plan && menuItemChangesOf(said.plan);
          const write = async () => {
            created.push(draft);
            if (plan !== null) planned.push({ id: draft.item.id, changes: plan });
          };
          steps.push({ line, outcome: 'CREATED', columnOf, write });
          return;
        }
        const changes = changesOf(before, input, priceChange(before.item.price, said, now));
        if (changes === null) unchanged += 1;
        else {
          const { id } = before.item;
          const write = (work: Work) => change(work, id, changes);
          steps.push({ line, outcome: 'CHANGED', locks: id, columnOf, write });
        }
      },
      columnOf,
    );
    // What is wrong with what the cells say together, also where some of them are wrong for themselves.
    if (bad.has(line)) {
      const { price, recipe } = rows[0].values;
      const draft = {
        price: price ?? before?.item.price.amount ?? USUAL_PRICE,
        recipe: columns.has('recipe') ? linesOf(recipe) : (before?.recipe ?? []),
        optionGroups: groups ?? before?.groups.map(groupDraftOf) ?? [],
      };
      await bad.collectFaults(line, () => requireSellable(draft, []), columnOf);
    }
  }
  return {
    ...{ steps, unchanged, moments },
    async finish(work) {
      await insertItems(work, context, 'importMenu', created.splice(0));
      for (const { id, changes } of planned.splice(0)) await change(work, id, changes);
    },
  };
}

/** Categories of the chain's own by their names, or by their ids. */
async function categoryFinder(database: MenuDatabase): Promise<(named: string) => string | undefined> {
  const categories = await findAllCategories(database);
  const ids = new Set(categories.map(({ id }) => id));
  const candidates = candidatesByName(categories);
  return (named) => {
    const [found, another] = candidates(named);
    if (found !== undefined) return another === undefined ? found.id : undefined;
    return ids.has(named) ? named : undefined;
  };
}

async function findExisting(
  database: MenuDatabase,
  canonicalBarcodes: readonly string[],
): Promise<Map<string, Existing>> {
  const items = await findStoredItemsByBarcode(database, canonicalBarcodes);
  const parts = await partsOf(database, [...items.values()]);
  return new Map(
    [...items].map(([barcode, item]) => {
      const { recipe, groups, categories } = parts(item.id);
      return [barcode, { item, recipe, groups, categoryIds: categories.map(({ id }) => id).toSorted() }];
    }),
  );
}

/** What items are made of, read at once. */
async function partsOf(database: MenuDatabase, items: readonly { readonly id: string }[]) {
  const ids = items.map(({ id }) => id);
  const [recipes, groups, categories] = await Promise.all([
    findRecipeLines(database.prisma, ids),
    findOptionGroups(database.prisma, ids),
    findCategoriesOfItems(database, ids),
  ]);
  const byItem = <Part extends { readonly menuItemId: string }>(parts: readonly Part[]) => {
    const grouped = new Map<string, Part[]>(ids.map((id) => [id, []]));
    for (const part of parts) grouped.get(part.menuItemId)?.push(part);
    return (id: string) => grouped.get(id) ?? [];
  };
  const [recipeOf, ofItem, categoriesOf] = [byItem(recipes), byItem(groups), byItem(categories)];
  return (id: string) => ({ recipe: recipeOf(id), groups: ofItem(id), categories: categoriesOf(id) });
}

/** What differs; null where nothing does. @param price as it differs; null where it does not. @throws UserFault */
function changesOf(
  { item, recipe, groups, categoryIds }: Existing,
  input: Record<string, unknown>,
  price: object | null,
): MenuItemChanges | null {
  const given: Record<string, unknown> = { ...input, ...price };
  const changes = menuItemChangesOf(given);
  const present: Record<string, unknown> = {
    // An empty cell stands for an empty text and for none alike.
    ...{ ...item, descriptionEn: item.descriptionEn === '' ? null : item.descriptionEn, price: null },
    ...{ recipe: recipe.map(lineOf), categoryIds },
    optionGroups: groups.map(groupDraftOf).map((draft, index) => comparable(draft, groups[index])),
  };
  const said: Record<string, unknown> = {
    ...changes,
    ...(changes.recipe && { recipe: changes.recipe.map(lineOf) }),
    ...(changes.categoryIds && { categoryIds: [...new Set(changes.categoryIds)].toSorted() }),
    ...(changes.optionGroups && {
      optionGroups: changes.optionGroups.map((draft, index) => comparable(draft, groups[index])),
    }),
  };
  const differing = Object.keys(given).filter((name) => !isDeepStrictEqual(said[name], present[name]));
  if (differing.length === 0) return null;
  return menuItemChangesOf(Object.fromEntries(differing.map((name) => [name, given[name]])));
}

/** An option without an id is taken for the one that stands in its place. */
function comparable({ name, nameEn, minimum, maximum, options }: GroupDraft, present?: OptionGroup) {
  return {
    ...{ name, nameEn: nameEn ?? null, minimum, maximum },
    options: options.map((option, index) => ({
      id: option.id ?? present?.options[index]?.id ?? null,
      ...{ name: option.name, nameEn: option.nameEn ?? null, priceDelta: option.priceDelta },
      ...{ isDefault: option.isDefault, isExclusive: option.isExclusive ?? false },
      recipe: option.recipe.map(lineOf),
    })),
  };
}

function lineOf({ ingredientId, quantity }: RecipeLine): RecipeLine {
  return { ingredientId, quantity };
}

/** Without those that are archived. */
export async function exportMenuItems({ database }: Context, page: Page): Promise<ExportedPage> {
  return exportPage(MENU_COLUMNS, page, await findStoredItemPage(database, page), async (items) => {
    const parts = await partsOf(database, items);
    return items.flatMap((item) => {
      const { recipe, groups, categories } = parts(item.id);
      const options = groups.flatMap((group) => group.options.map((option) => optionRow(group, option)));
      const { barcode, season } = item;
      const first: ExportedRow<typeof MENU_COLUMNS> = {
        ...{ id: item.id, barcode, name: item.name, nameEn: item.nameEn, description: item.description },
        ...{ descriptionEn: item.descriptionEn, category: item.category, imageUrl: item.imageUrl },
        ...{ categories: categories.map(inList), allergens: item.allergens },
        taxClass: item.taxClass,
        ...{ ...exportedPrice(item.price, new Date()), isLimited: item.isLimited },
        ...{ season: season?.name ?? null, seasonFrom: season?.from ?? null },
        ...{ seasonUntil: season?.until ?? null, preparationSeconds: item.preparationSeconds },
        recipe: recipe.map(amountOf),
      };
      return [{ ...first, ...options[0] }, ...options.slice(1).map((option) => ({ barcode, ...option }))];
    });
  });
}

/** A name with a semicolon in it cannot stand in a list. */
function inList({ id, name }: { readonly id: string; readonly name: string }): string {
  return name.includes(';') ? id : name;
}

function optionRow(group: OptionGroup, option: MenuOption): ExportedRow<typeof OPTION_COLUMNS> {
  return {
    ...{ group: group.name, groupEn: group.nameEn, minimum: group.minimum, maximum: group.maximum },
    ...{ optionId: option.id, option: option.name, optionEn: option.nameEn },
    ...{ priceDelta: option.priceDelta.amount, isDefault: option.isDefault },
    ...{ isExclusive: option.isExclusive, optionRecipe: option.recipe.map(amountOf) },
  };
}

function amountOf({ ingredientId, quantity }: RecipeLine) {
  return { name: ingredientId, amount: quantity };
}
