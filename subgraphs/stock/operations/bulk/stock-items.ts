/** What outlets keep, as a table: a line for an ingredient at an outlet. Figures of what is there already are left to counts and scales. */
import { oneOf, optional, text, wholeNumber } from '../../../../platform/bulk/cells.js';
import { type ExportedPage, exportPage } from '../../../../platform/bulk/export-table.js';
import {
  firstOfEach,
  type Plan,
  type Row,
  type Step,
  type Table,
} from '../../../../platform/bulk/import-table.js';
import { OUTLET_NAMES, outletFinder } from '../../../../platform/bulk/named-outlets.js';
import { scopeFor } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { parseInput } from '../../../../platform/kit/input.js';
import type { Page } from '../../../../platform/kit/paging.js';
import type { Context } from '../../context.js';
import { TRACKINGS } from '../../domain/records.js';
import type { Work } from '../../store/database.js';
import { findCoveredOutlets } from '../../store/outlets.js';
import { findItemsByKeys, findItemsForUpdate, findNamedItemPage } from '../../store/stock-items.js';
import {
  insertStockItems,
  type NewStockItem,
  requireCountable,
  stockItemInput,
} from '../create-stock-item.js';
import { changeReorderPoints } from '../update-stock-item.js';
import { ingredientFinder } from './named-ingredients.js';
import { namesOfOutlets } from './outlet-names.js';

export const STOCK_ITEM_COLUMNS = {
  id: optional(text),
  ...OUTLET_NAMES,
  ingredient: text,
  tracking: optional(oneOf(TRACKINGS)),
  reorderPoint: optional(wholeNumber),
  /** What a new item begins with. */
  countedOnHand: optional(wholeNumber),
} as const;

type StockItemRow = Row<typeof STOCK_ITEM_COLUMNS>;

export async function planStockItems(
  context: Context,
  { rows, bad, columns }: Table<typeof STOCK_ITEM_COLUMNS>,
): Promise<Plan<Work>> {
  const { database, identity } = context;
  const scope = scopeFor(identity, 'stock:manage');
  const outletOf = outletFinder(await findCoveredOutlets(database, scope));
  const ingredientOf = await ingredientFinder(database);
  const unplaced: StockItemRow[] = [];
  const placed = rows.flatMap((row) => {
    const outlet = outletOf(row.line, row.values, bad);
    const ingredient = ingredientOf(row.line, row.values.ingredient, bad);
    if (outlet === undefined || ingredient === undefined) {
      unplaced.push(row);
      return [];
    }
    return [{ ...row, outlet, ingredientId: ingredient.id, key: `${outlet.id}:${ingredient.id}` }];
  });
  for (const { line, values } of unplaced) await bad.collectFaults(line, () => inputOf(values, true));
  const keys = placed.map(({ outlet, ingredientId }) => ({ outletId: outlet.id, ingredientId }));
  const existing = new Map(
    (await findItemsByKeys(database, scope, keys)).map((item) => [
      `${item.outletId}:${item.ingredientId}`,
      item,
    ]),
  );
  const created: NewStockItem[] = [];
  const changed: { readonly id: string; readonly reorderPoint: number }[] = [];
  const steps: Step<Work>[] = [];
  let unchanged = 0;
  for (const { line, values, outlet, ingredientId, key } of firstOfEach(
    placed,
    bad,
    'ingredient',
    ({ key }) => key,
  )) {
    const present = existing.get(key);
    const { id = null, tracking = null } = values;
    if (id !== null && id !== present?.id)
      bad.add(line, 'id', 'the id of the outlet’s item of this ingredient, or empty');
    if (present === undefined && tracking === null)
      bad.add(line, 'tracking', `for a new item one of ${TRACKINGS.join(', ')}`);
    if (present !== undefined && tracking !== null && tracking !== present.tracking)
      bad.add(line, 'tracking', `${present.tracking}, as it is`);
    await bad.collectFaults(line, () => {
      const { reorderPoint, countedOnHand } = inputOf(values, present === undefined);
      if (present === undefined) {
        if (tracking === null) return;
        requireCountable(tracking, countedOnHand ?? null);
        const { id: outletId, franchiseId } = outlet;
        const item = { id: newId('StockItem'), franchiseId, outletId, ingredientId, tracking, reorderPoint };
        const write = async () => void created.push({ ...item, countedOnHand: countedOnHand ?? 0 });
        steps.push({ line, outcome: 'CREATED', write });
        return;
      }
      if (!columns.has('reorderPoint') || reorderPoint === present.reorderPoint) unchanged += 1;
      else {
        const write = async () => void changed.push({ id: present.id, reorderPoint });
        steps.push({ line, outcome: 'CHANGED', write });
      }
    });
  }
  return {
    steps,
    unchanged,
    // All at once and last: orders wait while an item is locked.
    async finish(work) {
      if (created.length > 0) await insertStockItems(work, context, 'importStock', created);
      if (changed.length === 0) return;
      const ids = changed.map(({ id }) => id);
      const locked = new Map((await findItemsForUpdate(work.tx, scope, ids)).map((item) => [item.id, item]));
      const changes = changed.flatMap(({ id, reorderPoint }) => {
        const before = locked.get(id);
        return before === undefined ? [] : [{ before, reorderPoint }];
      });
      await changeReorderPoints(work, context, 'importStock', changes);
    },
  };
}

/** What a new item begins with counts of one that is not there yet. @throws UserFault */
function inputOf({ reorderPoint, countedOnHand }: StockItemRow['values'], isNew: boolean) {
  return parseInput(stockItemInput, {
    reorderPoint: reorderPoint ?? 0,
    countedOnHand: isNew ? countedOnHand : null,
  });
}

/** Of the caller's outlets, or of one of them. */
export async function exportStockItems(
  { database, identity }: Context,
  outletId: string | null,
  page: Page,
): Promise<ExportedPage> {
  const found = await findNamedItemPage(database, scopeFor(identity, 'stock:manage'), outletId, page);
  return exportPage(STOCK_ITEM_COLUMNS, page, found, async (items) => {
    const names = await namesOfOutlets(database, items);
    return items.map(({ id, outletId, ingredient, tracking, reorderPoint }) => ({
      ...{ id, outletId, outlet: names.get(outletId) ?? null, ingredient: ingredient.name },
      ...{ tracking, reorderPoint },
    }));
  });
}
