/**
 * What the lines of a menu file say. An item is a line, or as many as it has options: the first says what the item is, each one of its
 * options. Recipes name ingredients by their ids, of which another subgraph knows the names.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  amountOfName,
  flag,
  listOf,
  oneOf,
  optional,
  text,
  wholeNumber,
} from '../../../../platform/bulk/cells.js';
import type { BadLines, Header, Located, Row, Table } from '../../../../platform/bulk/import-table.js';
import { type CalendarDay, dateOfDay, parseCalendarDay } from '../../../../platform/kit/calendar.js';
import { TAX_CLASSES } from '../../../../platform/order-charges.js';
import { barcodeOf, canonicalBarcode } from '../../domain/barcode.js';
import {
  ALLERGENS,
  CATEGORIES,
  type GroupDraft,
  type MenuOption,
  type OptionDraft,
  type OptionGroup,
  type RecipeLine,
  type Season,
} from '../../domain/menu-item.js';
import { PRICE_CELLS, PRICE_NEEDS } from './said-price.js';

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
  ...PRICE_CELLS,
  isLimited: optional(flag),
  season: optional(text),
  seasonFrom: optional(text),
  seasonUntil: optional(text),
  preparationSeconds: optional(wholeNumber),
  recipe,
} as const;

/** Of an option: on a line of its own, or on the item's first. */
export const OPTION_COLUMNS = {
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
  ...(['allergens', 'taxClass', 'price', 'priceFrom', 'plannedPrice', 'plannedFrom', 'isLimited'] as const),
  ...(['season', 'seasonFrom', 'seasonUntil', 'preparationSeconds', 'recipe'] as const),
] as const;
/** Those that are fields of the input by the same name. */
const PLAIN_NAMES = [
  ...(['name', 'nameEn', 'description', 'descriptionEn', 'category', 'imageUrl'] as const),
  ...(['allergens', 'taxClass', 'isLimited', 'preparationSeconds'] as const),
] as const;
/** Of a group: on the line of its first option. */
const GROUP_NAMES = ['groupEn', 'minimum', 'maximum'] as const;
/** What says something of an option that `option` names. */
const NAMES_BESIDE_OPTION = [
  ...(['group', ...GROUP_NAMES, 'optionId', 'optionEn', 'priceDelta'] as const),
  ...(['isDefault', 'isExclusive', 'optionRecipe'] as const),
] as const;

export const MENU_HEADER: Header<typeof MENU_COLUMNS> = {
  required: ['barcode'],
  needed: {
    ...PRICE_NEEDS,
    season: ['seasonFrom', 'seasonUntil'],
    option: NAMES_BESIDE_OPTION,
  },
};

/** What an empty cell says where the field cannot be null. */
export const EMPTY: Readonly<Record<string, unknown>> = {
  ...{ description: '', allergens: [], taxClass: 'RESTAURANT', isLimited: false, preparationSeconds: 120 },
};
const REQUIRED_NAMES = ['name', 'category', 'price'] as const;

/** The lines of an item. */
export interface ItemLines {
  readonly line: number;
  readonly key: string;
  readonly rows: readonly [MenuRow, ...MenuRow[]];
}

/** Lines with the same barcode, in any spelling, are one item. */
export function itemsOf({ rows, bad }: Table<typeof MENU_COLUMNS>): ItemLines[] {
  const items = new Map<string, [MenuRow, ...MenuRow[]]>();
  for (const row of rows) {
    requireOptionName(row, bad);
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
    if (bad.has(line) || bad.has(row.line)) continue;
    for (const name of ITEM_NAMES) {
      const value = row.values[name] ?? null;
      if (value !== null && !isDeepStrictEqual(value, first[name]))
        bad.add(row.line, name, `empty, or what line ${line} says of the item`);
    }
  }
  return [...items].map(([key, rows]) => ({ key, rows, line: rows[0].line }));
}

function requireOptionName({ line, values }: MenuRow, bad: BadLines): void {
  if (values.option != null) return;
  const filled = NAMES_BESIDE_OPTION.filter((name) => values[name] != null);
  if (filled.length > 0) bad.add(line, 'option', `the name of the option that ${filled.join(', ')} are of`);
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
export function groupsOf(
  { rows }: ItemLines,
  columns: ReadonlySet<string>,
  present: readonly OptionGroup[],
  bad: BadLines,
) {
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
  for (const row of rows) {
    const { line, values } = row;
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
    } else requireSameGroup(row, groups[index], places[index], bad);
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

/** A later line of a group says nothing else of it than the first. */
function requireSameGroup(
  { line, values }: MenuRow,
  group: GroupDraft | undefined,
  place: GroupPlace | undefined,
  bad: BadLines,
): void {
  if (bad.has(line) || (place !== undefined && bad.has(place.line))) return;
  const first = { groupEn: group?.nameEn, minimum: group?.minimum, maximum: group?.maximum };
  for (const name of GROUP_NAMES) {
    if (values[name] != null && values[name] !== first[name])
      bad.add(line, name, `empty, or what line ${place?.line} says of the group`);
  }
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

export function linesOf(amounts: MenuRow['values']['recipe']): RecipeLine[] {
  return (amounts ?? []).map(({ name, amount }) => ({ ingredientId: name, quantity: amount }));
}

/**
 * What the file says of an item, as `CreateMenuItemInput` and `UpdateMenuItemInput` have it, but for its price. What cannot be is reported and
 * left out.
 * @param categoryIdOf the id of the category of the chain's own that a text names.
 * @param season the item's at present.
 */
export function inputOf(
  { line, rows: [{ values }] }: ItemLines,
  columns: ReadonlySet<string>,
  optionGroups: readonly GroupDraft[] | undefined,
  categoryIdOf: (named: string) => string | undefined,
  season: Season | null,
  bad: BadLines,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const name of PLAIN_NAMES) if (columns.has(name)) input[name] = values[name] ?? EMPTY[name] ?? null;
  for (const name of REQUIRED_NAMES) {
    if (columns.has(name) && values[name] == null) bad.add(line, name, 'a value');
  }
  if (columns.has('recipe')) input.recipe = linesOf(values.recipe);
  if (columns.has('season')) input.season = seasonOf(line, values, columns, season, bad);
  if (columns.has('categories')) {
    const named = values.categories ?? [];
    const unknown = named.filter((one) => categoryIdOf(one) === undefined);
    if (unknown.length > 0)
      bad.add(line, 'categories', `categories of the chain's own; there is no ${unknown.join(', ')}`);
    input.categoryIds = named.flatMap((one) => categoryIdOf(one) ?? []);
  }
  if (optionGroups !== undefined) input.optionGroups = optionGroups;
  return input;
}

/** @param present whose days stay where the file has no columns for them. */
function seasonOf(
  line: number,
  { season: name, seasonFrom, seasonUntil }: MenuRow['values'],
  columns: ReadonlySet<string>,
  present: Season | null,
  bad: BadLines,
) {
  if (name == null) {
    if (seasonFrom != null || seasonUntil != null) bad.add(line, 'season', 'the name of the season');
    return null;
  }
  const dayOf = (column: string, given: string | null | undefined, before: CalendarDay | undefined) => {
    const day = columns.has(column) ? parseCalendarDay(given ?? '') : before;
    if (day === undefined) bad.add(line, column, 'a day such as 2027-01-31');
    return day && dateOfDay(day);
  };
  const [from, until] = [
    dayOf('seasonFrom', seasonFrom, present?.from),
    dayOf('seasonUntil', seasonUntil, present?.until),
  ];
  return from === undefined || until === undefined ? null : { name, from, until };
}

/** @param existing the id of the item with the barcode. */
export function requireId(
  { line, rows: [first] }: ItemLines,
  existing: string | undefined,
  bad: BadLines,
): void {
  const { id } = first.values;
  if (id == null || id === existing) return;
  const none = 'empty: no item has this barcode yet, and its id is made when it is created';
  bad.add(line, 'id', existing === undefined ? none : 'the id of the item with this barcode, or empty');
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
export function columnOfField(
  [name, group, part, option, leaf]: readonly string[],
  places: readonly GroupPlace[],
): Located {
  if (name === 'season') return SEASON_FIELDS[group ?? 'name'] ?? 'season';
  if (name === 'categoryIds') return 'categories';
  if (name !== 'optionGroups') return name ?? null;
  const place = places[Number(group)];
  if (place === undefined) return 'option';
  if (option === undefined) return { line: place.line, column: GROUP_FIELDS[part ?? ''] ?? 'group' };
  const line = place.options[Number(option)] ?? place.line;
  return { line, column: OPTION_FIELDS[leaf ?? ''] ?? 'option' };
}
