/**
 * Shelves as a table: a line for each of an item's shelves, numbered from 1 by age. A new one gets its device's token, which is answered once;
 * one that is there keeps its own.
 */
import { decimal, optional, text, wholeNumber } from '../../../../platform/bulk/cells.js';
import { type ExportedPage, exportPage } from '../../../../platform/bulk/export-table.js';
import {
  badCell,
  firstOfEach,
  type Plan,
  type Step,
  type Table,
} from '../../../../platform/bulk/import-table.js';
import { OUTLET_NAMES, outletFinder } from '../../../../platform/bulk/named-outlets.js';
import { UserFault } from '../../../../platform/errors.js';
import { scopeFor } from '../../../../platform/identity/identity.js';
import { parseInput } from '../../../../platform/kit/input.js';
import type { Page } from '../../../../platform/kit/paging.js';
import type { Context } from '../../context.js';
import type { Shelf } from '../../domain/records.js';
import { findCoveredOutlets } from '../../store/outlets.js';
import { findNamedShelfPage, findShelvesOfItems } from '../../store/shelves.js';
import { findItemsByKeys } from '../../store/stock-items.js';
import { requireWeighed, type ShelfDraft, shelfInput } from '../register-shelf.js';
import { ingredientFinder } from './named-ingredients.js';
import { namesOfOutlets } from './outlet-names.js';

export const SHELF_COLUMNS = {
  id: optional(text),
  ...OUTLET_NAMES,
  ingredient: text,
  number: optional(wholeNumber),
  gramsPerUnit: decimal,
  tareGrams: optional(wholeNumber),
} as const;

/** A new shelf, which comes after those that its item has. */
export interface NumberedShelf {
  readonly number: number;
  readonly draft: ShelfDraft;
}

/** The same file at the same time would put up each shelf twice. @throws UserFault */
export function requireNextNumbers(shelves: readonly NumberedShelf[], present: readonly Shelf[]): void {
  const counts = countsOf(present);
  for (const { number, draft } of shelves) {
    const { stockItemId } = draft;
    const next = (counts.get(stockItemId) ?? 0) + 1;
    counts.set(stockItemId, next);
    if (number === next) continue;
    throw UserFault.of(
      'ALREADY_EXISTS',
      'Shelves of the same items have been put up or removed meanwhile: import the file again',
      ['csv'],
    );
  }
}

/** How many shelves each item has. */
function countsOf(shelves: readonly Shelf[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { stockItemId } of shelves) counts.set(stockItemId, (counts.get(stockItemId) ?? 0) + 1);
  return counts;
}

/** The steps gather the shelves that are to be registered. */
export async function planShelves(
  { database, identity }: Context,
  { rows, bad }: Table<typeof SHELF_COLUMNS>,
): Promise<Plan<NumberedShelf[]>> {
  const scope = scopeFor(identity, 'stock:manage');
  const outletOf = outletFinder(await findCoveredOutlets(database, scope));
  const ingredientOf = await ingredientFinder(database);
  const named = rows.flatMap((row) => {
    const outlet = outletOf(row.line, row.values, bad);
    const ingredient = ingredientOf(row.line, row.values.ingredient, bad);
    if (outlet === undefined || ingredient === undefined) return [];
    return [{ ...row, outlet, ingredientId: ingredient.id }];
  });
  const keys = named.map(({ outlet, ingredientId }) => ({ outletId: outlet.id, ingredientId }));
  const items = new Map(
    (await findItemsByKeys(database, scope, keys)).map((item) => [
      `${item.outletId}:${item.ingredientId}`,
      item,
    ]),
  );
  const existing = await findShelvesOfItems(
    database,
    [...items.values()].map(({ id }) => id),
  );
  const numbers = new Map([...items.values()].map(({ id }) => [id, [] as Shelf[]]));
  for (const shelf of existing) numbers.get(shelf.stockItemId)?.push(shelf);
  /** Those of the file included. */
  const counts = countsOf(existing);
  const placed = named.flatMap((row) => {
    const item = items.get(`${row.outlet.id}:${row.ingredientId}`);
    if (item === undefined)
      bad.add(row.line, 'ingredient', 'an ingredient that the outlet keeps as a stock item');
    return item === undefined ? [] : [{ ...row, item, number: row.values.number ?? 1 }];
  });
  const inOrder = placed.toSorted((one, other) => one.number - other.number);
  const steps: Step<NumberedShelf[]>[] = [];
  let unchanged = 0;
  for (const { line, values, outlet, item, number } of firstOfEach(inOrder, bad, 'number', keyOf)) {
    const { id: outletId, franchiseId } = outlet;
    const { gramsPerUnit, tareGrams = null } = values;
    const present = numbers.get(item.id)?.[number - 1];
    const columnOf = ([field]: readonly string[]) =>
      field === 'stockItemId' ? 'ingredient' : (field ?? null);
    if (values.id != null && values.id !== present?.id)
      bad.add(line, 'id', 'the id of the shelf with this number, or empty');
    if (present !== undefined && gramsPerUnit !== undefined && present.gramsPerUnit !== gramsPerUnit)
      bad.add(line, 'gramsPerUnit', `${present.gramsPerUnit}, as it is`);
    if (present !== undefined && tareGrams !== null && present.tareGrams !== tareGrams)
      bad.add(line, 'tareGrams', `${present.tareGrams}, as it is`);
    await bad.collectFaults(line, () => requireWeighed(item, outletId), columnOf);
    await bad.collectFaults(
      line,
      () => {
        const draft = parseInput(shelfInput, {
          ...{ outletId, stockItemId: item.id, gramsPerUnit, tareGrams: tareGrams ?? 0 },
        });
        if (present !== undefined) {
          unchanged += 1;
          return;
        }
        const next = (counts.get(item.id) ?? 0) + 1;
        if (number !== next) throw badCell('number', `${next} for the next shelf of this item`);
        counts.set(item.id, next);
        const shelf = { number, draft: { ...draft, franchiseId } };
        const write = async (gathered: NumberedShelf[]) => void gathered.push(shelf);
        steps.push({ line, outcome: 'CREATED', write });
      },
      columnOf,
    );
  }
  return { steps, unchanged };
}

function keyOf({
  item,
  number,
}: {
  readonly item: { readonly id: string };
  readonly number: number;
}): string {
  return `${item.id}:${number}`;
}

/** Without tokens. Of the caller's outlets, or of one of them. */
export async function exportShelves(
  { database, identity }: Context,
  outletId: string | null,
  page: Page,
): Promise<ExportedPage> {
  const found = await findNamedShelfPage(database, scopeFor(identity, 'stock:manage'), outletId, page);
  return exportPage(SHELF_COLUMNS, page, found, async (shelves) => {
    const names = await namesOfOutlets(database, shelves);
    return shelves.map(({ id, outletId, ingredient, number, gramsPerUnit, tareGrams }) => ({
      ...{ id, outletId, outlet: names.get(outletId) ?? null, ingredient, number, gramsPerUnit, tareGrams },
    }));
  });
}
