/** Lists the shelves of a place, by the health of their devices. */
import { scopeFor } from '../../../platform/identity/identity.js';
import { type CountedConnection, connectionOf, type Page } from '../../../platform/kit/paging.js';
import { type RequestedPlace, requirePlace } from '../../../platform/kit/requested-place.js';
import type { Context } from '../context.js';
import type { Shelf, ShelfState } from '../domain/records.js';
import { knownPlaces } from '../store/outlets.js';
import { countShelves, findShelfIdPage } from '../store/shelf-health.js';

export interface ShelfSearch {
  readonly place: RequestedPlace;
  /** Null for all. */
  readonly states: readonly ShelfState[] | null;
}

/** Oldest first. @throws NOT_FOUND for a place whose stock the caller may not see. */
export async function listShelves(
  { database, health, identity, loaders }: Context,
  { place, states }: ShelfSearch,
  page: Page,
): Promise<CountedConnection<Shelf>> {
  const scope = scopeFor(identity, 'stock:read');
  await requirePlace(scope, place, knownPlaces(database));
  const filter = { place, states, silentSeconds: health.silentSeconds };
  const ids = await findShelfIdPage(database, scope, filter, page);
  const shelves = await Promise.all(ids.map((id) => loaders.shelf.load(id)));
  return connectionOf(
    page,
    shelves.filter((shelf) => shelf !== null),
    ({ id }) => id,
    () => countShelves(database, scope, filter),
  );
}
