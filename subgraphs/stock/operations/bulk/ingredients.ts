/** The chain's ingredients as a table, by their names. Units never change: recipes and stock are in them. */
import { oneOf, optional, text } from '../../../../platform/bulk/cells.js';
import { type ExportedPage, exportPage } from '../../../../platform/bulk/export-table.js';
import {
  badCell,
  firstOfEach,
  type Plan,
  type Step,
  type Table,
} from '../../../../platform/bulk/import-table.js';
import { parseInput } from '../../../../platform/kit/input.js';
import type { Page } from '../../../../platform/kit/paging.js';
import type { Context } from '../../context.js';
import { UNITS } from '../../domain/records.js';
import type { Work } from '../../store/database.js';
import { findIngredientPage, findIngredients } from '../../store/ingredients.js';
import { ingredientInput, insertNewIngredient } from '../create-ingredient.js';

export const INGREDIENT_COLUMNS = { id: optional(text), name: text, unit: oneOf(UNITS) } as const;

export async function planIngredients(
  context: Context,
  { rows, bad }: Table<typeof INGREDIENT_COLUMNS>,
): Promise<Plan<Work>> {
  const all = await findIngredients(context.database);
  const existing = new Map(all.map((ingredient) => [ingredient.name, ingredient]));
  const steps: Step<Work>[] = [];
  let unchanged = 0;
  for (const { line, values } of firstOfEach(rows, bad, 'name', (row) => row.values.name ?? null)) {
    await bad.collectFaults(line, () => {
      const { name } = parseInput(ingredientInput, { name: values.name });
      const present = existing.get(name);
      const { id = null, unit = present?.unit } = values;
      if (id !== null && id !== present?.id)
        bad.add(line, 'id', 'the id of the ingredient with this name, or empty');
      if (unit === undefined && bad.has(line)) return;
      if (unit === undefined) throw badCell('name', 'an ingredient that is there, or a column unit');
      if (present === undefined) {
        const write = async (work: Work) => {
          await insertNewIngredient(work, context, 'importStock', { name, unit });
        };
        steps.push({ line, outcome: 'CREATED', write });
      } else if (present.unit !== unit) throw badCell('unit', `${present.unit}: units cannot be changed`);
      else unchanged += 1;
    });
  }
  return { steps, unchanged };
}

export async function exportIngredients({ database }: Context, page: Page): Promise<ExportedPage> {
  return exportPage(INGREDIENT_COLUMNS, page, await findIngredientPage(database, page), (ingredients) =>
    ingredients.map(({ id, name, unit }) => ({ id, name, unit })),
  );
}
