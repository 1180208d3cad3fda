/** `stockCounts`: a list for staff, within what the caller may see. */
import { scopeFor } from '../../../../platform/identity/identity.js';
import type { CountedConnection, Page } from '../../../../platform/kit/paging.js';
import { requirePlace } from '../../../../platform/kit/requested-place.js';
import type { Context } from '../../context.js';
import type { StockCount } from '../../domain/counts/records.js';
import { findStockCountPage, type StockCountFilter } from '../../store/counts/stock-counts.js';
import { knownPlaces } from '../../store/outlets.js';

/** @throws NOT_FOUND for a place that does not exist or lies outside the caller's scope. */
export async function listStockCounts(
  { database, identity }: Context,
  filter: StockCountFilter,
  page: Page,
): Promise<CountedConnection<StockCount>> {
  const scope = scopeFor(identity, 'stock:read');
  await requirePlace(scope, filter, knownPlaces(database));
  return findStockCountPage(database, scope, filter, page);
}
