/** Recipes in files name ingredients; operations take their ids. An ingredient whose name cannot stand in a list is written by its id. */
import { z } from 'zod';
import { amountOfName, listOf, UnreadableCell } from '../../platform/bulk/cells.js';
import type { BadLine } from '../../platform/bulk/import-table.js';
import { candidatesByName } from '../../platform/bulk/named-things.js';
import type { CsvRow } from '../../platform/kit/csv.js';
import type { GatewayClient } from './gateway-client.js';
import type { Kind } from './kinds.js';

const recipe = listOf(amountOfName);
const ingredients = {
  field: 'ingredients',
  shape: z.array(z.object({ id: z.string(), name: z.string() })),
};

/** The rows with ids in place of names, and the cells that name no ingredient. */
export async function withIngredientIds(
  client: GatewayClient,
  kind: Kind,
  header: CsvRow,
  rows: readonly CsvRow[],
): Promise<{ readonly rows: CsvRow[]; readonly unknown: BadLine[] }> {
  const columns = recipeColumns(kind, header);
  if (columns.size === 0) return { rows: [...rows], unknown: [] };
  const found = await client.execute(ingredients, '{ ingredients { id name } }');
  const ids = new Set(found.map(({ id }) => id));
  const candidates = candidatesByName(found);
  const unknown: BadLine[] = [];
  const replaced = rows.map(({ line, cells }) => ({
    line,
    cells: cells.map((cell, index) => {
      const column = columns.get(index);
      if (column === undefined) return cell;
      return replaceNames(cell, (name) => {
        if (ids.has(name)) return name;
        const [only, another] = candidates(name);
        if (only !== undefined && another === undefined) return only.id;
        const expected =
          only === undefined
            ? `an ingredient; none is ${name}`
            : `ingredients as they are written: several differ from ${name} by case alone`;
        unknown.push({ line, column, value: cell, expected });
        return name;
      });
    }),
  }));
  return { rows: replaced, unknown };
}

/** The rows with names in place of ids. */
export async function withIngredientNames(
  client: GatewayClient,
  kind: Kind,
  header: CsvRow,
  rows: readonly CsvRow[],
): Promise<CsvRow[]> {
  const columns = recipeColumns(kind, header);
  if (columns.size === 0) return [...rows];
  const found = await client.execute(ingredients, '{ ingredients { id name } }');
  const names = new Map(found.filter(({ name }) => !name.includes(';')).map(({ id, name }) => [id, name]));
  return rows.map(({ line, cells }) => ({
    line,
    cells: cells.map((cell, index) =>
      columns.has(index) ? replaceNames(cell, (id) => names.get(id) ?? id) : cell,
    ),
  }));
}

function recipeColumns({ recipes }: Kind, { cells }: CsvRow): Map<number, string> {
  return new Map(
    cells.flatMap((cell, index) => {
      const column = recipes.find((name) => name.toLowerCase() === cell.trim().toLowerCase());
      return column === undefined ? [] : [[index, column] as const];
    }),
  );
}

/** What is no recipe stays as it is, to be refused with its reason. */
function replaceNames(cell: string, replace: (name: string) => string): string {
  try {
    return recipe.write(recipe.read(cell).map(({ name, amount }) => ({ name: replace(name), amount })));
  } catch (error) {
    if (error instanceof UnreadableCell) return cell;
    throw error;
  }
}
