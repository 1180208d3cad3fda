/** `importMenu`: each table by its own rules, in one transaction. */
import {
  type Columns,
  executePlan,
  faultsOfResult,
  type ImportResult,
  readTable,
  type Table,
} from '../../../../platform/bulk/import-table.js';
import { forbidden, type UserError, UserFault } from '../../../../platform/errors.js';
import { type Permission, scopeFor } from '../../../../platform/identity/identity.js';
import { isStaff } from '../../../../platform/kit/tenant-scope.js';
import { isUniqueViolation } from '../../../../platform/kit/unique-violation.js';
import type { ImportMenuInput, MenuTable } from '../../../../schema/types/menu.js';
import type { Context } from '../../context.js';
import { changePrices } from '../change-menu.js';
import { CATEGORY_COLUMNS, planCategories } from './categories.js';
import { FRANCHISE_COLUMNS, planFranchises } from './franchises.js';
import { MENU_COLUMNS, planMenuItems } from './menu-items.js';
import type { MenuPlan } from './menu-plan.js';
import { OUTLET_COLUMNS, planOutlets } from './outlets.js';
import { PRICE_COLUMNS, planPrices } from './prices.js';

interface Importing {
  /** @throws FORBIDDEN */
  requireAllowed(context: Context): void;
  run(context: Context, csv: string, isDryRun: boolean): Promise<ImportResult>;
}

const TABLES: Readonly<Record<MenuTable, Importing>> = {
  MENU: importing(MENU_COLUMNS, ['barcode'], planMenuItems, requireEverywhere('menu:manage')),
  CATEGORIES: importing(CATEGORY_COLUMNS, ['name'], planCategories, requireEverywhere('menu:manage')),
  PRICES: importing(PRICE_COLUMNS, ['barcode'], planPrices, requireSomewhere('menu:price')),
  FRANCHISES: importing(FRANCHISE_COLUMNS, ['name'], planFranchises, requireEverywhere('franchises:manage')),
  OUTLETS: importing(OUTLET_COLUMNS, ['name'], planOutlets, requireSomewhere('outlets:operate')),
};

export async function importMenu(
  context: Context,
  { kind, csv, dryRun }: ImportMenuInput,
): Promise<{ readonly result?: ImportResult; readonly userErrors: readonly UserError[] }> {
  const { requireAllowed, run } = TABLES[kind];
  requireAllowed(context);
  try {
    const result = await run(context, csv, dryRun ?? false);
    return { result, userErrors: faultsOfResult(result) };
  } catch (error) {
    if (error instanceof UserFault) return { userErrors: error.userErrors };
    throw error;
  }
}

/** @param requireAllowed who may import it at all; which of its lines, is the plan's to judge. */
function importing<Kinds extends Columns>(
  kinds: Kinds,
  required: readonly (keyof Kinds & string)[],
  plan: (context: Context, table: Table<Kinds>) => Promise<MenuPlan>,
  requireAllowed: Importing['requireAllowed'],
): Importing {
  return {
    requireAllowed,
    async run(context, csv, isDryRun) {
      const table = readTable(kinds, required, csv);
      return execute(context, table, await plan(context, table), isDryRun);
    },
  };
}

/** As every change of the menu, it ends when other subgraphs have applied it and its prices are in effect. */
function execute(
  context: Context,
  table: Parameters<typeof executePlan>[0],
  plan: MenuPlan,
  isDryRun: boolean,
): Promise<ImportResult> {
  return executePlan(table, plan, isDryRun, async (run) => {
    try {
      await changePrices(context, async (work) => {
        await run(work);
        return { result: undefined, effectiveAt: plan.effectiveAt?.() ?? null };
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw UserFault.of('ALREADY_EXISTS', 'Somebody has created the same meanwhile: import it again', [
        'csv',
      ]);
    }
  });
}

function requireSomewhere(permission: Permission) {
  return ({ identity }: Context) => {
    if (!isStaff(scopeFor(identity, permission))) throw forbidden();
  };
}

function requireEverywhere(permission: Permission) {
  return ({ identity }: Context) => {
    if (!scopeFor(identity, permission).everywhere) throw forbidden();
  };
}
