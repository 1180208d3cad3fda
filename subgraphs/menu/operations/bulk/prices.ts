/** Where outlets differ from the chain, as a table: a line for an item at an outlet, with its own price or withdrawn. */
import { flag, optional, text } from '../../../../platform/bulk/cells.js';
import { type ExportedPage, exportPage } from '../../../../platform/bulk/export-table.js';
import {
  firstOfEach,
  type Header,
  type Row,
  type Step,
  type Table,
} from '../../../../platform/bulk/import-table.js';
import { OUTLET_NAMES, outletFinder } from '../../../../platform/bulk/named-outlets.js';
import { UserFault } from '../../../../platform/errors.js';
import { scopeFor } from '../../../../platform/identity/identity.js';
import type { Page } from '../../../../platform/kit/paging.js';
import type { Context } from '../../context.js';
import { barcodeOf, canonicalBarcode } from '../../domain/barcode.js';
import { faultsOfPlan, unchanged as steady } from '../../domain/dated-price.js';
import { type GroupDraft, groupDraftOf, priceFaults } from '../../domain/menu-item.js';
import type { Outlet } from '../../domain/outlet.js';
import type { Work } from '../../store/database.js';
import { findStoredItemsByBarcode } from '../../store/menu-items.js';
import { findOutletPricePage, findOutletPrices } from '../../store/outlet-prices.js';
import { findCoveredOutlets } from '../../store/outlets.js';
import { findOptionGroups } from '../../store/recipes-and-options.js';
import { changeOutletPrice, type GivenPrice } from '../set-outlet-price.js';
import type { MenuPlan } from './menu-plan.js';
import { PriceMoments } from './price-moments.js';
import { exportedPrice, PRICE_CELLS, PRICE_NEEDS, priceChange, saidPrice } from './said-price.js';

export const PRICE_COLUMNS = {
  ...OUTLET_NAMES,
  barcode: text,
  /** Of the item, for people. */
  name: optional(text),
  ...PRICE_CELLS,
  isOffered: optional(flag),
} as const;

export const PRICE_HEADER: Header<typeof PRICE_COLUMNS> = {
  required: ['barcode'],
  needed: PRICE_NEEDS,
};

const PLANNED: Readonly<Record<string, string>> = { price: 'plannedPrice', priceFrom: 'plannedFrom' };

type PriceRow = Row<typeof PRICE_COLUMNS>;

export async function planPrices(
  context: Context,
  { rows, bad, columns }: Table<typeof PRICE_COLUMNS>,
): Promise<MenuPlan> {
  const scope = scopeFor(context.identity, 'menu:price');
  const outletOf = outletFinder(await findCoveredOutlets(context.database, scope));
  const items = await findStoredItemsByBarcode(context.database, [
    ...new Set(rows.flatMap((row) => keyOf(row) ?? [])),
  ]);
  const placed = rows.flatMap((row) => {
    const outlet = outletOf(row.line, row.values, bad);
    const item = items.get(keyOf(row) ?? '');
    const isOnMenu = item !== undefined && !item.isArchived;
    if (!isOnMenu) bad.add(row.line, 'barcode', 'the barcode of an item on the menu');
    return outlet === undefined || !isOnMenu ? [] : [{ ...row, outlet, item }];
  });
  const present = await findOutletPrices(
    context.database,
    placed.map(({ item }) => item.id),
    placed.map(({ outlet }) => outlet.id),
  );
  const drafts = await groupDraftsOf(context, [...new Set(placed.map(({ item }) => item.id))]);
  const steps: Step<Work>[] = [];
  let unchanged = 0;
  const moments = new PriceMoments();
  const change = async (work: Work, outlet: Outlet, menuItemId: string, given: GivenPrice) => {
    const { lead } = moments;
    const { id: outletId, franchiseId } = outlet;
    const place = { action: 'importMenu', franchiseId, outletId, menuItemId };
    const { effectiveAt } = await changeOutletPrice(work, context, { ...place, given, lead });
    moments.add(effectiveAt);
  };
  for (const { line, values, outlet, item } of firstOfEach(placed, bad, 'barcode', placeOf)) {
    const columnOf = ([field = '']: readonly string[]) =>
      values.plannedFrom == null ? field : (PLANNED[field] ?? field);
    await bad.collectFaults(
      line,
      () => {
        const before = present.get(`${item.id}:${outlet.id}`);
        const own = before?.price ?? steady(null);
        const now = new Date();
        const price = columns.has('price') ? (values.price ?? null) : undefined;
        const said = saidPrice(price, values, now, null);
        const isOffered = columns.has('isOffered') ? (values.isOffered ?? true) : undefined;
        const given: GivenPrice = {
          ...priceChange(own, said, now),
          ...(isOffered !== undefined && isOffered !== (before?.isOffered ?? true) && { isOffered }),
        };
        if (Object.keys(given).length === 0) {
          unchanged += 1;
          return;
        }
        const faults = [
          ...faultsOfPlan(given.priceFrom ?? null, given.price !== undefined, now),
          ...(given.price == null ? [] : priceFaults(given.price, drafts.get(item.id) ?? [])),
        ];
        if (faults.length > 0) throw new UserFault(faults);
        const outcome = before === undefined ? 'CREATED' : 'CHANGED';
        const write = (work: Work) => change(work, outlet, item.id, given);
        steps.push({ line, outcome, locks: item.id, columnOf, write });
      },
      columnOf,
    );
  }
  return { steps, unchanged, moments };
}

/** By item. */
async function groupDraftsOf(
  { database }: Context,
  menuItemIds: readonly string[],
): Promise<Map<string, GroupDraft[]>> {
  const drafts = new Map<string, GroupDraft[]>(menuItemIds.map((id) => [id, []]));
  for (const group of await findOptionGroups(database.prisma, menuItemIds))
    drafts.get(group.menuItemId)?.push(groupDraftOf(group));
  return drafts;
}

function keyOf({ values }: PriceRow): string | null {
  const barcode = barcodeOf(values.barcode ?? '');
  return barcode === null ? null : canonicalBarcode(barcode);
}

function placeOf({
  item,
  outlet,
}: {
  readonly item: { readonly id: string };
  readonly outlet: Outlet;
}): string {
  return `${item.id}:${outlet.id}`;
}

/** Prices in effect at the caller's outlets, or at one of them. */
export async function exportPrices(
  { database, identity }: Context,
  outletId: string | null,
  page: Page,
): Promise<ExportedPage> {
  const found = await findOutletPricePage(database, scopeFor(identity, 'menu:price'), outletId, page);
  return exportPage(PRICE_COLUMNS, page, found, (prices) =>
    prices.map(({ price, isOffered, outlet, item }) => ({
      ...{ outletId: outlet.id, outlet: outlet.name, barcode: item.barcode, name: item.name },
      ...{ ...exportedPrice(price, new Date()), isOffered },
    })),
  );
}
