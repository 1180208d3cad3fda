/** `importStock`: each table by its own rules, all of it or nothing. */
import {
  executePlan,
  faultsOfResult,
  type ImportResult,
  nameTaken,
  type Plan,
  readTable,
  type Table,
} from '../../../../platform/bulk/import-table.js';
import { forbidden, type UserError, UserFault } from '../../../../platform/errors.js';
import { type Permission, scopeFor } from '../../../../platform/identity/identity.js';
import { isStaff } from '../../../../platform/kit/tenant-scope.js';
import { isUniqueViolation } from '../../../../platform/kit/unique-violation.js';
import type { ImportStockInput } from '../../../../schema/types/stock.js';
import type { Context } from '../../context.js';
import type { Work } from '../../store/database.js';
import { type IssuedToken, registerShelves } from '../register-shelf.js';
import { INGREDIENT_COLUMNS, planIngredients } from './ingredients.js';
import { type NumberedShelf, planShelves, requireNextNumbers, SHELF_COLUMNS } from './shelves.js';
import { planStockItems, STOCK_ITEM_COLUMNS } from './stock-items.js';

export interface ImportedStock {
  readonly result?: ImportResult;
  /** Of new shelves; they are not answered again. */
  readonly deviceTokens: readonly IssuedToken[];
  readonly userErrors: readonly UserError[];
}

/** @throws FORBIDDEN for a table that the caller does not change. */
export async function importStock(context: Context, input: ImportStockInput): Promise<ImportedStock> {
  try {
    const { result, deviceTokens } = await run(context, input);
    return { result, deviceTokens, userErrors: faultsOfResult(result) };
  } catch (error) {
    if (error instanceof UserFault) return { deviceTokens: [], userErrors: error.userErrors };
    throw error;
  }
}

async function run(
  context: Context,
  { kind, csv, dryRun }: ImportStockInput,
): Promise<{ readonly result: ImportResult; readonly deviceTokens: readonly IssuedToken[] }> {
  const isDryRun = dryRun ?? false;
  switch (kind) {
    case 'INGREDIENTS': {
      if (!scopeFor(context.identity, 'ingredients:manage').everywhere) throw forbidden();
      const table = readTable(INGREDIENT_COLUMNS, { required: ['name'] }, csv);
      const plan = await planIngredients(context, table);
      return { result: await execute(context, table, plan, isDryRun), deviceTokens: [] };
    }
    case 'STOCK_ITEMS': {
      requireSomewhere(context, 'stock:manage');
      const table = readTable(STOCK_ITEM_COLUMNS, { required: ['ingredient'] }, csv);
      const plan = await planStockItems(context, table);
      return { result: await execute(context, table, plan, isDryRun), deviceTokens: [] };
    }
    case 'SHELVES': {
      requireSomewhere(context, 'stock:manage');
      const table = readTable(SHELF_COLUMNS, { required: ['ingredient', 'gramsPerUnit'] }, csv);
      const plan = await planShelves(context, table);
      let deviceTokens: readonly IssuedToken[] = [];
      // The broker admits devices before the transaction begins: a dry run reaches neither.
      const result = await executePlan<NumberedShelf[]>(table, plan, isDryRun, async (gather) => {
        const shelves: NumberedShelf[] = [];
        await gather(shelves);
        const drafts = shelves.map(({ draft }) => draft);
        deviceTokens = await registerShelves(context, 'importStock', drafts, (present) =>
          requireNextNumbers(shelves, present),
        );
      });
      return { result, deviceTokens };
    }
  }
}

function execute(
  { database, cause }: Context,
  table: Pick<Table<Record<string, never>>, 'lines' | 'bad'>,
  plan: Plan<Work>,
  isDryRun: boolean,
): Promise<ImportResult> {
  return executePlan(table, plan, isDryRun, async (write) => {
    try {
      await database.work(cause, write);
    } catch (error) {
      throw isUniqueViolation(error) ? nameTaken() : error;
    }
  });
}

function requireSomewhere({ identity }: Context, permission: Permission): void {
  if (!isStaff(scopeFor(identity, permission))) throw forbidden();
}
