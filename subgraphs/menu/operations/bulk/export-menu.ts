/** `exportMenu`: a page of a table, in the columns that `importMenu` takes. */
import type { ExportedPage } from '../../../../platform/bulk/export-table.js';
import { ErrorCode, notFound, requestError } from '../../../../platform/errors.js';
import { scopeFor } from '../../../../platform/identity/identity.js';
import { idPageOf, type PageArguments, pageOf } from '../../../../platform/kit/paging.js';
import { covers } from '../../../../platform/kit/tenant-scope.js';
import type { MenuTable } from '../../../../schema/types/menu.js';
import type { Context } from '../../context.js';
import { isPriceCursor } from '../../store/outlet-prices.js';
import { exportCategories } from './categories.js';
import { exportFranchises } from './franchises.js';
import { exportMenuItems } from './menu-items.js';
import { exportOutlets } from './outlets.js';
import { exportPrices } from './prices.js';

export interface MenuExport extends PageArguments {
  readonly kind: MenuTable;
  readonly outletId: string | null;
}

/** @throws NOT_FOUND for an outlet where the caller sets no prices, BAD_USER_INPUT for a cursor of another table. */
export async function exportMenu(
  context: Context,
  { kind, outletId, ...args }: MenuExport,
): Promise<ExportedPage> {
  switch (kind) {
    case 'MENU':
      return exportMenuItems(context, idPageOf(args));
    case 'CATEGORIES':
      return exportCategories(context, idPageOf(args));
    case 'FRANCHISES':
      return exportFranchises(context, idPageOf(args));
    case 'OUTLETS':
      return exportOutlets(context, idPageOf(args));
    case 'PRICES': {
      const page = pageOf(args);
      if (page.after !== null && !isPriceCursor(page.after))
        throw requestError(ErrorCode.BAD_USER_INPUT, 'The cursor is not one of this list');
      if (outletId !== null) await requirePriced(context, outletId);
      return exportPrices(context, outletId, page);
    }
  }
}

async function requirePriced({ loaders, identity }: Context, outletId: string): Promise<void> {
  const outlet = await loaders.outlet.load(outletId);
  const isOwn =
    outlet !== null &&
    covers(scopeFor(identity, 'menu:price'), { franchiseId: outlet.franchiseId, outletId });
  if (!isOwn) throw notFound('Outlet');
}
