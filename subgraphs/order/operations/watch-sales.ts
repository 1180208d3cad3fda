/** What the outlets of a place have sold today, live: each outlet first, then each whose figures change, and each as its day begins. */
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { dayIn } from '../../../platform/kit/calendar.js';
import { followChanges, type LiveEvent } from '../../../platform/kit/follow-changes.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import {
  findLiveSales,
  type LiveSales,
  type OutletDay,
  type SalesTotal,
  totalOf,
} from '../store/live-sales.js';
import { knownPlaces } from './outlets.js';

export type SalesChange = LiveEvent<LiveSales & { readonly place: RequestedPlace }>;

/** @throws NOT_FOUND for a place outside the caller's scope, BAD_USER_INPUT for a cursor that is none, or too old. */
export async function watchSales(
  context: Context,
  place: RequestedPlace,
  after: string | null,
): Promise<AsyncIterableIterator<SalesChange>> {
  const { database, changes, identity } = context;
  const scope = scopeFor(identity, 'sales:read');
  await requirePlace(scope, place, knownPlaces(context));
  const read = async (ids: readonly string[]) => {
    const sales = await findSalesToday(context, scope, ids);
    return sales.map((one) => ({ ...one, place }));
  };
  return followChanges({
    ...{ feed: changes, kind: 'sales', pool: database.pool, scope, place, after },
    first: () => read(outletsOf(context, scope, place)),
    read,
  });
}

/** Of all outlets of the place that the caller may see, as of now. */
export async function totalToday(context: Context, place: RequestedPlace): Promise<SalesTotal> {
  const scope = scopeFor(context.identity, 'sales:read');
  return totalOf(await findSalesToday(context, scope, outletsOf(context, scope, place)));
}

function outletsOf({ menu }: Context, scope: Scope, { outletId, franchiseId }: RequestedPlace): string[] {
  return menu
    .outlets()
    .filter(
      (outlet) =>
        (outletId === null || outlet.id === outletId) &&
        (franchiseId === null || outlet.franchiseId === franchiseId) &&
        covers(scope, { outletId: outlet.id, franchiseId: outlet.franchiseId }),
    )
    .map(({ id }) => id);
}

function findSalesToday(
  { database, menu }: Context,
  scope: Scope,
  ids: readonly string[],
): Promise<LiveSales[]> {
  const today = ({ id, franchiseId }: { id: string; franchiseId: string }): OutletDay => ({
    ...{ outletId: id, franchiseId },
    day: dayIn(menu.timeZoneOf(id), new Date()),
  });
  return findLiveSales(database, scope, ids.flatMap((id) => menu.outlet(id) ?? []).map(today));
}
