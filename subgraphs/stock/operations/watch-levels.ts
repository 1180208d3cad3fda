/**
 * Levels of an outlet's items: a snapshot, then each change. The subscription starts before the snapshot is read, and no version
 * older than one already sent is sent, so no change is missed and none goes back.
 */
import { returningAtOnce } from '../../../platform/kit/returning-at-once.js';
import type { Context } from '../context.js';
import { findItemsOfOutlet, isItemShown } from '../store/stock-items.js';
import type { LevelChange } from './level-feed.js';

/** @param wanted ids of the items to watch; all of the outlet's when undefined. */
export async function watchLevels(
  { database, levels }: Context,
  outletId: string,
  wanted?: ReadonlySet<string>,
): Promise<AsyncIterableIterator<LevelChange>> {
  const watcher = await levels.watch(outletId);
  return returningAtOnce(changes(), watcher);

  async function* changes(): AsyncGenerator<LevelChange, void, undefined> {
    const sent = new Map<string, number>();
    const items = await findItemsOfOutlet(database, outletId);
    const at = new Date();
    for (const item of items) {
      if (wanted && !wanted.has(item.id)) continue;
      sent.set(item.id, item.version);
      yield { item, cause: null, at };
    }
    for await (const change of watcher) {
      const { id, version } = change.item;
      if ((wanted && !wanted.has(id)) || version <= (sent.get(id) ?? -1)) continue;
      // Changes come from the worker's feed: of an item that the snapshot had not, the caller's database says whether it is theirs.
      if (!sent.has(id) && !(await isItemShown(database, id))) continue;
      sent.set(id, version);
      yield change;
    }
  }
}
