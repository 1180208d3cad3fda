/** `importMenu`: each table by its own rules, in one transaction. */
import {
  type Columns,
  executePlan,
  faultsOfResult,
  type Header,
  type ImportResult,
  nameTaken,
  readTable,
  type Table,
} from '../../../../platform/bulk/import-table.js';
import { forbidden, type UserError, UserFault } from '../../../../platform/errors.js';
import { type Permission, scopeFor } from '../../../../platform/identity/identity.js';
import { isStaff } from '../../../../platform/kit/tenant-scope.js';
import { isUniqueViolation } from '../../../../platform/kit/unique-violation.js';
import type { ImportMenuInput, MenuTable } from '../../../../schema/types/menu.js';
import type { Context } from '../../context.js';
import type { Work } from '../../store/database.js';
import { changePrices } from '../change-menu.js';
import { CATEGORY_COLUMNS, planCategories } from './categories.js';
import { FRANCHISE_COLUMNS, planFranchises } from './franchises.js';
import { planMenuItems } from './menu-items.js';
import { MENU_COLUMNS, MENU_HEADER } from './menu-lines.js';
import type { MenuPlan } from './menu-plan.js';
import { OUTLET_COLUMNS } from './outlet-columns.js';
import { planOutlets } from './outlets.js';
import { PriceMoments } from './price-moments.js';
import { PRICE_COLUMNS, PRICE_HEADER, planPrices } from './prices.js';

interface Importing {
  /** @throws FORBIDDEN */
  requireAllowed(context: Context): void;
  run(context: Context, csv: string, isDryRun: boolean): Promise<ImportResult>;
}

const BY_NAME = { required: ['name'] } as const;

const TABLES: Readonly<Record<MenuTable, Importing>> = {
  MENU: importing(MENU_COLUMNS, MENU_HEADER, planMenuItems, requireEverywhere('menu:manage')),
  CATEGORIES: importing(CATEGORY_COLUMNS, BY_NAME, planCategories, requireEverywhere('menu:manage')),
  PRICES: importing(PRICE_COLUMNS, PRICE_HEADER, planPrices, requireSomewhere('menu:price')),
  FRANCHISES: importing(FRANCHISE_COLUMNS, BY_NAME, planFranchises, requireEverywhere('franchises:manage')),
  OUTLETS: importing(OUTLET_COLUMNS, BY_NAME, planOutlets, requireSomewhere('outlets:operate')),
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
  header: Header<Kinds>,
  plan: (context: Context, table: Table<Kinds>) => Promise<MenuPlan>,
  requireAllowed: Importing['requireAllowed'],
): Importing {
  return {
    requireAllowed,
    async run(context, csv, isDryRun) {
      const table = readTable(kinds, header, csv);
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
  const { moments = new PriceMoments() } = plan;
  const transact = (run: (work: Work) => Promise<void>) =>
    changePrices(context, async (work) => {
      await run(work);
      return { result: undefined, effectiveAt: moments.latest() };
    });
  const execution = () =>
    executePlan<Work>(table, plan, isDryRun, async (run) => {
      try {
        await transact(run);
      } catch (error) {
        throw isUniqueViolation(error) ? nameTaken() : error;
      }
    });
  return moments.keepAhead(plan.steps.length, execution);
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
