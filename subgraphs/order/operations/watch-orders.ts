/** The orders of a place, live, for its staff: those that have not ended first, then each order that changes. */
import { scopeFor } from '../../../platform/identity/identity.js';
import { followChanges, type LiveEvent } from '../../../platform/kit/follow-changes.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import type { Context } from '../context.js';
import { findLiveOrders, findOpenOrders, type LiveOrder } from '../store/live-orders.js';
import { knownPlaces } from './outlets.js';

export type OrderChange = LiveEvent<LiveOrder>;

/** More than the orders of any outlet that have not ended. */
const MOST_AT_FIRST = 500;

/** @throws NOT_FOUND for a place outside the caller's scope, BAD_USER_INPUT for a cursor that is none, or too old. */
export async function watchOrders(
  context: Context,
  place: RequestedPlace,
  after: string | null,
): Promise<AsyncIterableIterator<OrderChange>> {
  const { database, changes, identity } = context;
  const scope = scopeFor(identity, 'orders:read');
  await requirePlace(scope, place, knownPlaces(context));
  return followChanges({
    ...{ feed: changes, kind: 'order', pool: database.pool, scope, place, after },
    first: () => findOpenOrders(database, scope, place, MOST_AT_FIRST),
    read: (ids) => findLiveOrders(database, scope, ids),
  });
}
