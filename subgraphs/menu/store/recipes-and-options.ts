/** What items are made of: recipes, and option groups with their options. Each kind is one query, however many items. */
import { isId } from '../../../platform/ids.js';
import type { RecipeLine } from '../domain/menu-item.js';
import type { MenuDatabase, Transaction } from './database.js';

export interface OptionRow {
  readonly id: string;
  readonly name: string;
  readonly priceDelta: number;
  readonly isDefault: boolean;
  readonly recipe: readonly RecipeLine[];
}

export interface OptionGroupRow {
  readonly id: string;
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly options: readonly OptionRow[];
}

const IN_ORDER = { orderBy: { position: 'asc' } } as const;
const WITH_RECIPE = { recipe: IN_ORDER } as const;

type Reader = Pick<MenuDatabase['prisma'] & Transaction, 'recipeLine' | 'optionGroup' | 'menuOption'>;

export async function readRecipes(reader: Reader, menuItemIds: readonly string[]): Promise<RecipeLine[][]> {
  const rows = await reader.recipeLine.findMany({
    where: { menuItemId: { in: [...menuItemIds] } },
    ...IN_ORDER,
  });
  return menuItemIds.map((id) => rows.filter(({ menuItemId }) => menuItemId === id).map(lineOf));
}

export async function readOptionGroups(
  reader: Reader,
  menuItemIds: readonly string[],
): Promise<OptionGroupRow[][]> {
  const rows = await reader.optionGroup.findMany({
    where: { menuItemId: { in: [...menuItemIds] } },
    include: { options: { include: WITH_RECIPE, ...IN_ORDER } },
    ...IN_ORDER,
  });
  return menuItemIds.map((itemId) =>
    rows
      .filter(({ menuItemId }) => menuItemId === itemId)
      .map(({ id, name, minimum, maximum, options }) => ({
        ...{ id, name, minimum, maximum },
        options: options.map(optionOf),
      })),
  );
}

export async function readOptions(reader: Reader, ids: readonly string[]): Promise<(OptionRow | null)[]> {
  const rows = await reader.menuOption.findMany({
    where: { id: { in: ids.filter(isId) } },
    include: WITH_RECIPE,
  });
  const byId = new Map(rows.map((row) => [row.id, optionOf(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}

function optionOf({
  id,
  name,
  priceDelta,
  isDefault,
  recipe,
}: Omit<OptionRow, 'priceDelta'> & { readonly priceDelta: bigint }): OptionRow {
  return { id, name, priceDelta: Number(priceDelta), isDefault, recipe: recipe.map(lineOf) };
}

function lineOf({ ingredientId, quantity }: RecipeLine): RecipeLine {
  return { ingredientId, quantity };
}
