/** Franchises as a table, by their names. */
import { optional, text } from '../../../../platform/bulk/cells.js';
import { type ExportedPage, exportPage } from '../../../../platform/bulk/export-table.js';
import { firstOfEach, type Step, type Table } from '../../../../platform/bulk/import-table.js';
import { newId } from '../../../../platform/ids.js';
import { parseInput } from '../../../../platform/kit/input.js';
import type { Page } from '../../../../platform/kit/paging.js';
import type { Context } from '../../context.js';
import type { Work } from '../../store/database.js';
import { findAllFranchises, findFranchisePage } from '../../store/outlets.js';
import { insertNewFranchise, newFranchise } from '../create-franchise.js';
import type { MenuPlan } from './menu-plan.js';

export const FRANCHISE_COLUMNS = { id: optional(text), name: text } as const;

/** A franchise has nothing that could be changed. */
export async function planFranchises(
  context: Context,
  { rows, bad }: Table<typeof FRANCHISE_COLUMNS>,
): Promise<MenuPlan> {
  const existing = new Map((await findAllFranchises(context.database)).map(({ id, name }) => [name, id]));
  const steps: Step<Work>[] = [];
  let unchanged = 0;
  for (const { line, values } of firstOfEach(rows, bad, 'name', (row) => row.values.name ?? null)) {
    await bad.collectFaults(line, () => {
      const input = parseInput(newFranchise, { name: values.name });
      const present = existing.get(input.name);
      if (values.id != null && values.id !== present) {
        bad.add(line, 'id', 'the id of the franchise with this name, or empty');
      } else if (present !== undefined) unchanged += 1;
      else {
        const franchise = { id: newId('Franchise'), ...input };
        const write = (work: Work) => insertNewFranchise(work, context, 'importMenu', franchise);
        steps.push({ line, outcome: 'CREATED', write });
      }
    });
  }
  return { steps, unchanged };
}

export async function exportFranchises({ database }: Context, page: Page): Promise<ExportedPage> {
  return exportPage(FRANCHISE_COLUMNS, page, await findFranchisePage(database, page), (franchises) =>
    franchises.map(({ id, name }) => ({ id, name })),
  );
}
