/**
 * The health of a place's shelves: a snapshot, then each change. The watch starts before the snapshot is read, and no version older than one
 * already sent is sent, so no change is missed and none goes back.
 */
import type { Scope } from '../../../platform/identity/identity.js';
import {
  type KnownPlaces,
  type RequestedPlace,
  requirePlace,
} from '../../../platform/kit/requested-place.js';
import { returningAtOnce } from '../../../platform/kit/returning-at-once.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import { findPublishedHealth } from '../store/shelf-health.js';
import { findShelvesByIds } from '../store/shelves.js';
import type { HealthChange } from './shelf-health-feed.js';

/** @throws NOT_FOUND for a place outside the scope. */
export async function watchHealth(
  { database, health }: Pick<Context, 'database' | 'health'>,
  scope: Scope,
  place: RequestedPlace,
  places: KnownPlaces,
): Promise<AsyncIterableIterator<HealthChange>> {
  await requirePlace(scope, place, places);
  const watcher = health.watch();
  return returningAtOnce(changes(), watcher);

  async function* changes(): AsyncGenerator<HealthChange, void, undefined> {
    const sent = new Map<string, number>();
    await health.refresh();
    for (const change of await findPublishedHealth(database, scope, place)) {
      sent.set(change.shelfId, change.version);
      yield change;
    }
    for await (const change of watcher) {
      if (!isThere(change) || change.version <= (sent.get(change.shelfId) ?? -1)) continue;
      // Changes are read as the worker: of a shelf that the snapshot had not, the caller's database says whether it is theirs.
      if (!sent.has(change.shelfId) && !(await isShown(change.shelfId))) continue;
      sent.set(change.shelfId, change.version);
      yield change;
    }
  }

  function isThere(change: HealthChange): boolean {
    return (
      (place.outletId === null || change.outletId === place.outletId) &&
      (place.franchiseId === null || change.franchiseId === place.franchiseId) &&
      covers(scope, change)
    );
  }

  async function isShown(shelfId: string): Promise<boolean> {
    return (await findShelvesByIds(database, scope, [shelfId])).length > 0;
  }
}
