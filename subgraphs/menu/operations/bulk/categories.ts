/** Categories of the chain's own as a table, by their names or, to rename one, by its id. Archived ones are not among them. */
import { optional, text, wholeNumber } from '../../../../platform/bulk/cells.js';
import { type ExportedPage, exportPage } from '../../../../platform/bulk/export-table.js';
import { firstOfEach, type Step, type Table } from '../../../../platform/bulk/import-table.js';
import { candidatesByName } from '../../../../platform/bulk/named-things.js';
import { parseInput } from '../../../../platform/kit/input.js';
import type { Page } from '../../../../platform/kit/paging.js';
import type { Context } from '../../context.js';
import type { Category } from '../../domain/category.js';
import { findAllCategories, findCategoriesById } from '../../store/categories.js';
import type { Work } from '../../store/database.js';
import { categoryChanges, changeCategory, insertNewCategory, newCategory } from '../change-category.js';
import type { MenuPlan } from './menu-plan.js';

export const CATEGORY_COLUMNS = {
  ...{ id: optional(text), name: text, nameEn: optional(text), position: optional(wholeNumber) },
} as const;

const FIELDS = ['name', 'nameEn', 'position'] as const;

export async function planCategories(
  context: Context,
  { rows, bad, columns }: Table<typeof CATEGORY_COLUMNS>,
): Promise<MenuPlan> {
  const all = await findAllCategories(context.database);
  const candidates = candidatesByName(all);
  const byId = new Map(all.map((category) => [category.id, category]));
  const steps: Step<Work>[] = [];
  let unchanged = 0;
  const resolved = rows.flatMap(({ line, values: { id = null, ...values } }) => {
    const [named] = candidates(values.name ?? '');
    const present = id === null ? named : byId.get(id);
    if (id === null || present !== undefined) return [{ line, values, named, present }];
    bad.add(line, 'id', 'the id of a category that is not archived, or empty');
    return [];
  });
  const byName = firstOfEach(resolved, bad, 'name', ({ values }) => values.name?.toLowerCase() ?? null);
  const distinct = firstOfEach(byName, bad, 'name', ({ present }) => present?.id ?? null);
  for (const { line, values, named, present } of distinct) {
    if (present !== undefined && named !== undefined && named.id !== present.id)
      bad.add(line, 'name', 'a name that no other category has');
    await bad.collectFaults(line, () => {
      const given: Record<string, unknown> = { name: values.name };
      if (columns.has('nameEn')) given.nameEn = values.nameEn ?? null;
      if (columns.has('position')) given.position = values.position ?? 0;
      if (present === undefined) {
        const created = parseInput(newCategory, { position: 0, ...given });
        const write = async (work: Work) =>
          void (await insertNewCategory(work, context, 'importMenu', created));
        steps.push({ line, outcome: 'CREATED', write });
        return;
      }
      const changes = parseInput(categoryChanges, given);
      const changed = (before: Category): Category => ({
        ...before,
        name: changes.name ?? before.name,
        nameEn: changes.nameEn === undefined ? before.nameEn : changes.nameEn,
        position: changes.position ?? before.position,
      });
      const after = changed(present);
      if (FIELDS.every((field) => after[field] === present[field])) unchanged += 1;
      else {
        const change = { action: 'importMenu', id: present.id, changed };
        const write = async (work: Work) => void (await changeCategory(work, context, change));
        steps.push({ line, outcome: 'CHANGED', locks: present.id, write });
      }
    });
  }
  return { steps, unchanged };
}

export async function exportCategories({ database }: Context, page: Page): Promise<ExportedPage> {
  return exportPage(CATEGORY_COLUMNS, page, await findCategoriesById(database, page), (categories) =>
    categories.map(({ id, name, nameEn, position }) => ({ id, name, nameEn, position })),
  );
}
