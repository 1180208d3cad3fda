/**
 * The menu as a table. An item is a line, or as many as it has options: the first says what the item is, each one of its options. Items are
 * found by their barcodes. Recipes name ingredients by their ids, of which another subgraph knows the names.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  amountOfName,
  flag,
  listOf,
  moment,
  oneOf,
  optional,
  text,
  wholeNumber,
} from '../../../../platform/bulk/cells.js';
import { type ExportedPage, type ExportedRow, exportPage } from '../../../../platform/bulk/export-table.js';
import type { Located, Row, Step, Table } from '../../../../platform/bulk/import-table.js';
import { UserFault } from '../../../../platform/errors.js';
import { type CalendarDay, dateOfDay, parseCalendarDay } from '../../../../platform/kit/calendar.js';
import type { Page } from '../../../../platform/kit/paging.js';
import { TAX_CLASSES } from '../../../../platform/order-charges.js';
import type { Context } from '../../context.js';
import { barcodeOf, canonicalBarcode } from '../../domain/barcode.js';
import { amountAt, type Dated, isPending, PRICE_LEAD_MILLISECONDS } from '../../domain/dated-price.js';
import {
  ALLERGENS,
  CATEGORIES,
  type GroupDraft,
  groupDraftOf,
  type MenuOption,
  type OptionDraft,
  type OptionGroup,
  type RecipeLine,
  type Season,
  type StoredMenuItem,
} from '../../domain/menu-item.js';
import { findAllCategories, findCategoriesOfItems } from '../../store/categories.js';
import type { MenuDatabase, Work } from '../../store/database.js';
import { findStoredItemPage, findStoredItemsByBarcode } from '../../store/menu-items.js';
import { findOptionGroups, findRecipeLines } from '../../store/recipes-and-options.js';
import { insertItems, type NewItem, newItemOf } from '../create-menu-item.js';
import type { MenuItemChanges } from '../menu-item-input.js';
import { changeItem, menuItemChangesOf } from '../update-menu-item.js';
import type { MenuPlan } from './menu-plan.js';

const recipe = optional(listOf(amountOfName));

/** Of the item: on its first line. */
const ITEM_COLUMNS = {
  id: optional(text),
  barcode: text,
  name: optional(text),
  nameEn: optional(text),
  description: optional(text),
  descriptionEn: optional(text),
  category: optional(oneOf(CATEGORIES)),
  categories: optional(listOf(text)),
  imageUrl: optional(text),
  allergens: optional(listOf(oneOf(ALLERGENS))),
  taxClass: optional(oneOf(TAX_CLASSES)),
  price: optional(wholeNumber),
  priceFrom: optional(moment),
  isLimited: optional(flag),
  season: optional(text),
  seasonFrom: optional(text),
  seasonUntil: optional(text),
  preparationSeconds: optional(wholeNumber),
  recipe,
} as const;

/** Of an option: on a line of its own, or on the item's first. */
const OPTION_COLUMNS = {
  group: optional(text),
  groupEn: optional(text),
  minimum: optional(wholeNumber),
  maximum: optional(wholeNumber),
  optionId: optional(text),
  option: optional(text),
  optionEn: optional(text),
  priceDelta: optional(wholeNumber),
  isDefault: optional(flag),
  isExclusive: optional(flag),
  optionRecipe: recipe,
} as const;

export const MENU_COLUMNS = { ...ITEM_COLUMNS, ...OPTION_COLUMNS } as const;

type MenuRow = Row<typeof MENU_COLUMNS>;

const ITEM_NAMES = [
  ...([
    'id',
    'name',
    'nameEn',
    'description',
    'descriptionEn',
    'category',
    'categories',
    'imageUrl',
  ] as const),
  ...(['allergens', 'taxClass', 'price', 'priceFrom', 'isLimited'] as const),
  ...(['season', 'seasonFrom', 'seasonUntil', 'preparationSeconds', 'recipe'] as const),
] as const;
/** Those that are fields of the input by the same name. */
const PLAIN_NAMES = [
  ...(['name', 'nameEn', 'description', 'descriptionEn', 'category', 'imageUrl'] as const),
  ...(['allergens', 'taxClass', 'price', 'isLimited', 'preparationSeconds'] as const),
] as const;
/** What an empty cell says where the field cannot be null. */
const EMPTY: Readonly<Record<string, unknown>> = {
  ...{ description: '', allergens: [], taxClass: 'RESTAURANT', isLimited: false, preparationSeconds: 120 },
};
const REQUIRED_NAMES = ['name', 'category', 'price'] as const;
/** What a new item has where the file has no such column. */
const NEW = { ...EMPTY, categoryIds: [], recipe: [], optionGroups: [] };

/** The lines of an item. */
interface ItemLines {
  readonly line: number;
  readonly key: string;
  readonly rows: readonly [MenuRow, ...MenuRow[]];
}

/** What an item is at present. */
interface Existing {
  readonly item: StoredMenuItem;
  readonly recipe: readonly RecipeLine[];
  readonly groups: readonly OptionGroup[];
  /** Those that are not archived, ascending. */
  readonly categoryIds: readonly string[];
}

/** Items change one by one. In milliseconds: what a change of one item of many may take until all of them are committed. */
const LEAD_OF_EACH = 20;

/** Names of the chain's own categories in small letters, with their ids. */
type CategoryIds = ReadonlyMap<string, string>;

export async function planMenuItems(context: Context, table: Table<typeof MENU_COLUMNS>): Promise<MenuPlan> {
  const { bad, columns } = table;
  const items = itemsOf(table);
  const categories = await findAllCategories(context.database);
  const categoryIds = new Map(categories.map(({ id, name }) => [name.toLowerCase(), id]));
  const existing = await findExisting(
    context.database,
    items.map(({ key }) => key),
  );
  const created: NewItem[] = [];
  const steps: Step<Work>[] = [];
  let unchanged = 0;
  let effectiveAt: Date | null = null;
  const change = async (work: Work, id: string, changes: MenuItemChanges) => {
    const lead = PRICE_LEAD_MILLISECONDS + LEAD_OF_EACH * steps.length;
    const result = await changeItem(work, context, { action: 'importMenu', id, changes, lead });
    effectiveAt = result.effectiveAt ?? effectiveAt;
  };
  for (const item of items) {
    const { line, key, rows } = item;
    const before = existing.get(key);
    const { groups, places } = groupsOf(item, columns, before?.groups ?? []);
    const columnOf = (field: readonly string[]) => columnOfField(field, places);
    await bad.unless(
      line,
      () => {
        const input = inputOf(rows[0], columns, groups, categoryIds, before?.item.season ?? null);
        requireId(rows[0], before?.item.id);
        if (before === undefined) {
          if (input.priceFrom !== undefined) throw fault('priceFrom', 'empty: a new price holds at once');
          const draft = newItemOf({ ...NEW, ...input, barcode: rows[0].values.barcode });
          steps.push({ line, outcome: 'CREATED', columnOf, write: async () => void created.push(draft) });
          return;
        }
        const changes = changesOf(before, input);
        if (changes === null) unchanged += 1;
        else {
          const write = (work: Work) => change(work, before.item.id, changes);
          steps.push({ line, outcome: 'CHANGED', columnOf, write });
        }
      },
      columnOf,
    );
  }
  return {
    ...{ steps, unchanged, effectiveAt: () => effectiveAt },
    finish: (work) => insertItems(work, context, 'importMenu', created),
  };
}

/** Lines with the same barcode, in any spelling, are one item. */
function itemsOf({ rows, bad }: Table<typeof MENU_COLUMNS>): ItemLines[] {
  const items = new Map<string, [MenuRow, ...MenuRow[]]>();
  for (const row of rows) {
    const barcode = barcodeOf(row.values.barcode ?? '');
    if (barcode === null) {
      bad.add(row.line, 'barcode', "a GTIN with its check digit, or a code of the chain's own");
      continue;
    }
    const key = canonicalBarcode(barcode);
    const earlier = items.get(key);
    if (earlier === undefined) {
      items.set(key, [row]);
      continue;
    }
    earlier.push(row);
    const [{ line, values: first }] = earlier;
    for (const name of ITEM_NAMES) {
      const value = row.values[name] ?? null;
      if (value !== null && !isDeepStrictEqual(value, first[name]))
        bad.add(row.line, name, `empty, or what line ${line} says of the item`);
    }
  }
  return [...items].map(([key, rows]) => ({ key, rows, line: rows[0].line }));
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

/** Where a group and each of its options stand. */
interface GroupPlace {
  readonly line: number;
  readonly options: number[];
}

/** What an option has where its cell is empty, and a new one where the file lacks the column. */
const EMPTY_OPTION = {
  ...{ groupEn: null, minimum: 1, maximum: 1, optionEn: null, priceDelta: 0 },
  ...{ isDefault: false, isExclusive: false, optionRecipe: [] },
} as const;

/**
 * An option without a group belongs to that of the line before. What the file has no column for stays as the group or the option has it.
 * Undefined where the file has no options at all.
 * @param present the item's groups at present.
 */
function groupsOf({ rows }: ItemLines, columns: ReadonlySet<string>, present: readonly OptionGroup[]) {
  const places: GroupPlace[] = [];
  const groups: (GroupDraft & { options: OptionDraft[] })[] = [];
  const former = formerOf(rows, present);
  const said = <Value>(
    column: keyof typeof EMPTY_OPTION,
    cell: Value | null | undefined,
    before: Value | undefined,
    empty: Value,
  ): Value => (columns.has(column) ? (cell ?? empty) : (before ?? empty));
  let name: string | null = null;
  for (const { line, values } of rows) {
    const { option = null, optionId = null, group = null } = values;
    if (option === null) continue;
    name = columns.has('group') ? (group ?? name ?? '') : former.groupNameOf(optionId, option);
    let index = groups.findIndex((one) => one.name === name);
    if (index < 0) {
      const before = former.group(name, optionId);
      groups.push({
        name,
        nameEn: said('groupEn', values.groupEn, before?.nameEn, EMPTY_OPTION.groupEn),
        minimum: said('minimum', values.minimum, before?.minimum, EMPTY_OPTION.minimum),
        maximum: said('maximum', values.maximum, before?.maximum, EMPTY_OPTION.maximum),
        options: [],
      });
      index = places.push({ line, options: [] }) - 1;
    }
    const before = former.option(name, optionId, option);
    const recipe = columns.has('optionRecipe') ? linesOf(values.optionRecipe) : before?.recipe;
    places[index]?.options.push(line);
    groups[index]?.options.push({
      ...{ id: optionId, name: option },
      nameEn: said('optionEn', values.optionEn, before?.nameEn, EMPTY_OPTION.optionEn),
      priceDelta: said('priceDelta', values.priceDelta, before?.priceDelta.amount, EMPTY_OPTION.priceDelta),
      isDefault: said('isDefault', values.isDefault, before?.isDefault, EMPTY_OPTION.isDefault),
      isExclusive: said('isExclusive', values.isExclusive, before?.isExclusive, EMPTY_OPTION.isExclusive),
      recipe: recipe ?? EMPTY_OPTION.optionRecipe,
    });
  }
  return { groups: columns.has('option') ? groups : undefined, places };
}

/** What the groups and options of lines are at present: found as a change finds them, by an option's id, else by names. */
function formerOf(rows: readonly MenuRow[], present: readonly OptionGroup[]) {
  const named = new Set(rows.map(({ values }) => values.group));
  const ofOption = (optionId: string) =>
    present.find(({ options }) => options.some(({ id }) => id === optionId));
  return {
    /** One that no line names has been renamed where a line has one of its options by id. */
    group(name: string, optionId: string | null): OptionGroup | undefined {
      const renamed = optionId === null ? undefined : ofOption(optionId);
      const isRenamed = renamed !== undefined && !named.has(renamed.name);
      return present.find((group) => group.name === name) ?? (isRenamed ? renamed : undefined);
    },
    option(groupName: string, optionId: string | null, name: string): MenuOption | undefined {
      if (optionId !== null) return ofOption(optionId)?.options.find(({ id }) => id === optionId);
      return present.find((group) => group.name === groupName)?.options.find((one) => one.name === name);
    },
    /** Of a file without groups. */
    groupNameOf(optionId: string | null, name: string): string {
      if (optionId !== null) return ofOption(optionId)?.name ?? '';
      const [only, another] = present.filter(({ options }) => options.some((one) => one.name === name));
      return another === undefined ? (only?.name ?? '') : '';
    },
  };
}

function linesOf(amounts: MenuRow['values']['recipe']): RecipeLine[] {
  return (amounts ?? []).map(({ name, amount }) => ({ ingredientId: name, quantity: amount }));
}

/** What the file says of an item, as `CreateMenuItemInput` and `UpdateMenuItemInput` have it. @throws UserFault */
function inputOf(
  { values }: MenuRow,
  columns: ReadonlySet<string>,
  optionGroups: readonly GroupDraft[] | undefined,
  categoryIds: CategoryIds,
  season: Season | null,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const name of PLAIN_NAMES) if (columns.has(name)) input[name] = values[name] ?? EMPTY[name] ?? null;
  for (const name of REQUIRED_NAMES) if (input[name] === null) throw fault(name, 'a value');
  if (values.priceFrom != null) input.priceFrom = values.priceFrom;
  if (columns.has('recipe')) input.recipe = linesOf(values.recipe);
  if (columns.has('season')) input.season = seasonOf(values, columns, season);
  if (columns.has('categories')) {
    input.categoryIds = (values.categories ?? []).map((name) => {
      const id = categoryIds.get(name.toLowerCase());
      if (id === undefined) throw fault('categories', `categories of the chain's own; there is no ${name}`);
      return id;
    });
  }
  if (optionGroups !== undefined) input.optionGroups = optionGroups;
  return input;
}

/** @param present whose days stay where the file has no columns for them. */
function seasonOf(
  { season: name, seasonFrom, seasonUntil }: MenuRow['values'],
  columns: ReadonlySet<string>,
  present: Season | null,
) {
  if (name == null) {
    if (seasonFrom == null && seasonUntil == null) return null;
    throw fault('season', 'the name of the season');
  }
  const dayOf = (column: string, given: string | null | undefined, before: CalendarDay | undefined) => {
    const day = columns.has(column) ? parseCalendarDay(given?.trim() ?? '') : before;
    if (day === undefined) throw fault(column, 'a day such as 2027-01-31');
    return dateOfDay(day);
  };
  return {
    name,
    from: dayOf('seasonFrom', seasonFrom, present?.from),
    until: dayOf('seasonUntil', seasonUntil, present?.until),
  };
}

function requireId({ values: { id } }: MenuRow, existing: string | undefined): void {
  if (id == null || id === existing) return;
  const none = 'empty: no item has this barcode yet, and its id is made when it is created';
  throw fault('id', existing === undefined ? none : 'the id of the item with this barcode, or empty');
}

/** What differs; null where nothing does. @throws UserFault */
function changesOf(
  { item, recipe, groups, categoryIds }: Existing,
  input: Record<string, unknown>,
): MenuItemChanges | null {
  const { price, priceFrom, ...others } = input;
  const isPriceKept = price === undefined || isKept(item.price, price, priceFrom);
  const given = isPriceKept && price !== undefined ? others : input;
  const changes = menuItemChangesOf(given);
  const present: Record<string, unknown> = {
    ...{ ...item, price: null },
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

/** Whether the price is as the file says: now, or from a moment on. A price that was planned for a moment that has passed has come. */
function isKept(stored: Dated<number>, price: unknown, from: unknown): boolean {
  const now = new Date();
  if (from instanceof Date && isPending(stored, now)) {
    return price === stored.amount && from.getTime() === stored.effectiveAt?.getTime();
  }
  return price === amountAt(stored, now);
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

const SEASON_FIELDS: Readonly<Record<string, string>> = {
  ...{ name: 'season', from: 'seasonFrom', until: 'seasonUntil' },
};
const GROUP_FIELDS: Readonly<Record<string, string>> = {
  ...{ name: 'group', nameEn: 'groupEn', minimum: 'minimum', maximum: 'maximum', options: 'option' },
};
const OPTION_FIELDS: Readonly<Record<string, string>> = {
  ...{ id: 'optionId', name: 'option', nameEn: 'optionEn', priceDelta: 'priceDelta' },
  ...{ isDefault: 'isDefault', isExclusive: 'isExclusive', recipe: 'optionRecipe' },
};

/** Where in the file a field of the input stands. */
function columnOfField([name, group, part, option, leaf]: readonly string[], places: GroupPlace[]): Located {
  if (name === 'season') return SEASON_FIELDS[group ?? 'name'] ?? 'season';
  if (name === 'categoryIds') return 'categories';
  if (name !== 'optionGroups') return name ?? null;
  const place = places[Number(group)];
  if (place === undefined) return 'option';
  if (option === undefined) return { line: place.line, column: GROUP_FIELDS[part ?? ''] ?? 'group' };
  const line = place.options[Number(option)] ?? place.line;
  return { line, column: OPTION_FIELDS[leaf ?? ''] ?? 'option' };
}

function fault(column: string, expected: string): UserFault {
  return UserFault.of('INVALID_INPUT', expected, [column]);
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
        ...{ categories: categories.map(({ name }) => name), allergens: item.allergens },
        taxClass: item.taxClass,
        ...{ price: amountAt(item.price, new Date()), isLimited: item.isLimited },
        ...{ season: season?.name ?? null, seasonFrom: season?.from ?? null },
        ...{ seasonUntil: season?.until ?? null, preparationSeconds: item.preparationSeconds },
        recipe: recipe.map(amountOf),
      };
      return [{ ...first, ...options[0] }, ...options.slice(1).map((option) => ({ barcode, ...option }))];
    });
  });
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
