/** `waste` and `expiringStock`: lists for staff, within what the caller may see. */
import { scopeFor } from '../../../platform/identity/identity.js';
import { idForFilter } from '../../../platform/ids.js';
import { addDays, type CalendarDay, todayIn } from '../../../platform/kit/calendar.js';
import type { CountedConnection, Page } from '../../../platform/kit/paging.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import type { Context } from '../context.js';
import type { ExpiringBatch, Waste } from '../domain/records.js';
import { findBatchPage, GONE_AFTER_DAYS } from '../store/batches.js';
import { knownPlaces } from '../store/outlets.js';
import { findWastePage, type WasteFilter } from '../store/waste.js';

/** Where the days of lists of several outlets are counted. */
const HOME_TIME_ZONE = 'Asia/Jakarta';
const DAYS_AHEAD = 3;

/** @throws NOT_FOUND for a place that does not exist or lies outside the caller's scope. */
export async function listWaste(
  { database, identity }: Context,
  filter: WasteFilter,
  page: Page,
): Promise<CountedConnection<Waste>> {
  const scope = scopeFor(identity, 'stock:read');
  await requirePlace(scope, filter, knownPlaces(database));
  const stockItemId = idForFilter(filter.stockItemId);
  return findWastePage(database, scope, { ...filter, stockItemId }, page);
}

/** @throws NOT_FOUND for a place that does not exist or lies outside the caller's scope. */
export async function listExpiringStock(
  { database, identity, loaders }: Context,
  { until, ...place }: RequestedPlace & { readonly until: CalendarDay | null },
  page: Page,
): Promise<CountedConnection<ExpiringBatch>> {
  const scope = scopeFor(identity, 'stock:read');
  await requirePlace(scope, place, knownPlaces(database));
  const outlet = place.outletId === null ? null : await loaders.outlet.load(place.outletId);
  const today = todayIn(outlet?.timeZone ?? HOME_TIME_ZONE);
  const days = { from: addDays(today, -GONE_AFTER_DAYS), until: until ?? addDays(today, DAYS_AHEAD) };
  return findBatchPage(database, scope, { ...place, ...days }, page);
}
