/** What the outlets of a place have sold today, live: each outlet first, then each whose figures change, and each as its day begins. */
import { scopeFor } from '../../../platform/identity/identity.js';
import { dayIn } from '../../../platform/kit/calendar.js';
import { followChanges, type LiveEvent } from '../../../platform/kit/follow-changes.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import { findLiveSales, type LiveSales, type OutletDay } from '../store/live-sales.js';
import { knownPlaces } from './outlets.js';

export type SalesChange = LiveEvent<LiveSales>;

/** @throws NOT_FOUND for a place outside the caller's scope, BAD_USER_INPUT for a cursor that is none, or too old. */
export async function watchSales(
  context: Context,
  place: RequestedPlace,
  after: string | null,
): Promise<AsyncIterableIterator<SalesChange>> {
  const { database, changes, identity, menu } = context;
  const scope = scopeFor(identity, 'sales:read');
  await requirePlace(scope, place, knownPlaces(context));
  const { outletId, franchiseId } = place;
  const outlets = () =>
    menu
      .outlets()
      .filter(
        (outlet) =>
          (outletId === null || outlet.id === outletId) &&
          (franchiseId === null || outlet.franchiseId === franchiseId) &&
          covers(scope, { outletId: outlet.id, franchiseId: outlet.franchiseId }),
      );
  const today = ({ id, franchiseId: owner }: { id: string; franchiseId: string }): OutletDay => ({
    ...{ outletId: id, franchiseId: owner },
    day: dayIn(menu.timeZoneOf(id), new Date()),
  });
  const read = (ids: readonly string[]) =>
    findLiveSales(database, scope, ids.flatMap((id) => menu.outlet(id) ?? []).map(today));
  return followChanges({
    ...{ feed: changes, kind: 'sales', pool: database.pool, scope, place, after },
    first: () => read(outlets().map(({ id }) => id)),
    read,
  });
}
