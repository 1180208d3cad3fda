/** `exportStock`: a page of a table, in the columns that `importStock` takes. */
import type { ExportedPage } from '../../../../platform/bulk/export-table.js';
import { scopeFor } from '../../../../platform/identity/identity.js';
import { idPageOf, type PageArguments } from '../../../../platform/kit/paging.js';
import type { StockTable } from '../../../../schema/types/stock.js';
import type { Context } from '../../context.js';
import { requireOutlet } from '../require-outlet.js';
import { exportIngredients } from './ingredients.js';
import { exportShelves } from './shelves.js';
import { exportStockItems } from './stock-items.js';

export interface StockExport extends PageArguments {
  readonly kind: StockTable;
  readonly outletId: string | null;
}

/** @throws NOT_FOUND for an outlet where the caller does not manage stock. */
export async function exportStock(
  context: Context,
  { kind, outletId, ...args }: StockExport,
): Promise<ExportedPage> {
  const page = idPageOf(args);
  const { database, identity } = context;
  if (outletId !== null) await requireOutlet(database, scopeFor(identity, 'stock:manage'), outletId);
  switch (kind) {
    case 'INGREDIENTS':
      return exportIngredients(context, page);
    case 'STOCK_ITEMS':
      return exportStockItems(context, outletId, page);
    case 'SHELVES':
      return exportShelves(context, outletId, page);
  }
}
