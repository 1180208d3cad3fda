/** What the day is played on: outlets, their menus and weighed stock, and recipes, as head office reads them. */
import { readCsv } from '../../platform/kit/csv.js';
import type { Caller } from './caller.js';

export interface Shelf {
  readonly id: string;
  readonly topic: string;
  readonly gramsPerUnit: number;
  readonly tareGrams: number;
}

export interface WeighedItem {
  readonly id: string;
  readonly name: string;
  readonly ingredientId: string;
  readonly onHand: number;
  readonly reorderPoint: number;
  readonly shelves: readonly Shelf[];
}

export interface Outlet {
  readonly id: string;
  readonly name: string;
  readonly menu: readonly { readonly id: string; readonly barcode: string }[];
  readonly items: readonly WeighedItem[];
}

/** Units of each ingredient, by its id. */
export type Recipe = ReadonlyMap<string, number>;

export interface Recipes {
  /** Of one serving of an item with the options of these names. */
  of(barcode: string, options: readonly string[]): Recipe;
}

const PAGE = 100;

interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export async function readOutlets(headOffice: Caller, count: number): Promise<Outlet[]> {
  const { outlets } = await headOffice.execute<{
    outlets: Page<{ id: string; name: string; status: string }>;
  }>(
    'query ($first: Int) { outlets(first: $first) { nodes { id name status } pageInfo { hasNextPage endCursor } } }',
    { first: Math.min(count, PAGE) },
  );
  const open = outlets.nodes.filter(({ status }) => status === 'OPEN');
  if (open.length === 0) throw new Error('no outlet is open');
  const read: Outlet[] = [];
  for (const { id, name } of open) {
    read.push({ id, name, menu: await readMenu(headOffice, id), items: await readWeighed(headOffice, id) });
  }
  return read;
}

async function readMenu(headOffice: Caller, outletId: string) {
  const { menu } = await headOffice.execute<{
    menu: Page<{ id: string; barcode: string; isLimited: boolean }>;
  }>(
    `query ($outletId: ID!, $first: Int) { menu(outletId: $outletId, first: $first) {
       nodes { id barcode isLimited } pageInfo { hasNextPage endCursor } } }`,
    { outletId, first: PAGE },
  );
  return menu.nodes.filter(({ isLimited }) => !isLimited);
}

async function readWeighed(headOffice: Caller, outletId: string): Promise<WeighedItem[]> {
  interface Item extends Omit<WeighedItem, 'name' | 'ingredientId'> {
    readonly tracking: string;
    readonly ingredient: { readonly id: string; readonly name: string };
  }
  const items: Item[] = [];
  for (let after: string | null = null; ; ) {
    const { stockItems }: { stockItems: Page<Item> } = await headOffice.execute(
      `query ($outletId: ID!, $first: Int, $after: String) { stockItems(outletId: $outletId, first: $first, after: $after) {
         nodes { id tracking onHand reorderPoint ingredient { id name } shelves { id topic gramsPerUnit tareGrams } }
         pageInfo { hasNextPage endCursor } } }`,
      { outletId, first: PAGE, after },
    );
    items.push(...stockItems.nodes);
    if (!stockItems.pageInfo.hasNextPage) break;
    after = stockItems.pageInfo.endCursor;
  }
  return items
    .filter(({ tracking, shelves }) => tracking === 'SHELF' && shelves.length > 0)
    .map(({ ingredient, ...item }) => ({ ...item, ingredientId: ingredient.id, name: ingredient.name }));
}

export async function readRecipes(headOffice: Caller): Promise<Recipes> {
  const items = new Map<string, Recipe>();
  const options = new Map<string, Recipe>();
  for (let after: string | null = null; ; ) {
    const { exportMenu }: { exportMenu: { csv: string; pageInfo: Page<never>['pageInfo'] } } =
      await headOffice.execute(
        `query ($first: Int, $after: String) { exportMenu(kind: MENU, first: $first, after: $after) {
           csv pageInfo { hasNextPage endCursor } } }`,
        { first: PAGE, after },
      );
    for (const line of linesOf(exportMenu.csv)) {
      const barcode = line.barcode ?? '';
      if (line.recipe) items.set(barcode, recipeOf(line.recipe));
      if (line.option) options.set(optionKey(barcode, line.option), recipeOf(line.optionRecipe ?? ''));
    }
    if (!exportMenu.pageInfo.hasNextPage) break;
    after = exportMenu.pageInfo.endCursor;
  }
  return {
    of(barcode, chosen) {
      const units = new Map(items.get(barcode));
      for (const option of chosen)
        for (const [ingredientId, quantity] of options.get(optionKey(barcode, option)) ?? [])
          units.set(ingredientId, (units.get(ingredientId) ?? 0) + quantity);
      return units;
    },
  };
}

function linesOf(csv: string): Record<string, string>[] {
  const [header, ...rows] = readCsv(csv);
  return rows.map(({ cells }) =>
    Object.fromEntries((header?.cells ?? []).map((column, index) => [column, cells[index] ?? ''])),
  );
}

/** `<ingredient's id>: <units>`, with semicolons between them. */
function recipeOf(text: string): Recipe {
  return new Map(
    text.split(';').flatMap((line): [string, number][] => {
      const [ingredientId = '', quantity = ''] = line.split(':').map((part) => part.trim());
      return ingredientId === '' ? [] : [[ingredientId, Number(quantity)]];
    }),
  );
}

function optionKey(barcode: string, option: string): string {
  return `${barcode}\n${option}`;
}
