/**
 * The subgraph's subscriptions: how things stand first, then what changes. The watching begins before the snapshot is read,
 * and nothing older than what was sent is sent, so that no change is missed and none goes back.
 */
import type { StockItem } from '../../../prisma/stock/client/client.js';
import { type AlertKind, alertsOf, shortfallOf } from '../domain/alert.js';
import type { StockDatabase } from '../store/database.js';
import { ordersAtRisk } from '../store/promises.js';
import { itemsOfOutlet } from '../store/stock-items.js';
import type { LevelChange, LevelFeed, Watcher } from './level-feed.js';

/** @param wanted the items asked for; all of the outlet's when undefined. */
export async function levelChanges(
  database: StockDatabase,
  feed: LevelFeed,
  outletId: string,
  wanted?: ReadonlySet<string>,
): Promise<AsyncIterableIterator<LevelChange>> {
  const watcher = await feed.watch(outletId);
  return endingAtOnce(follow(), watcher);

  async function* follow(): AsyncGenerator<LevelChange, void, undefined> {
    const sent = new Map<string, number>();
    const items = await itemsOfOutlet(database, outletId);
    const at = new Date();
    for (const item of items) {
      if (wanted && !wanted.has(item.id)) continue;
      sent.set(item.id, item.version);
      yield { item, cause: null, at };
    }
    for await (const change of watcher) {
      const { id, version } = change.item;
      if ((wanted && !wanted.has(id)) || version <= (sent.get(id) ?? -1)) continue;
      sent.set(id, version);
      yield change;
    }
  }
}

export interface StockAlert {
  readonly kind: AlertKind;
  readonly item: StockItem;
  readonly orderIdsAtRisk: readonly string[];
  readonly at: Date;
}

export async function alerts(
  database: StockDatabase,
  feed: LevelFeed,
  outletId: string,
): Promise<AsyncIterableIterator<StockAlert>> {
  const watcher = await feed.watch(outletId);
  return endingAtOnce(follow(), watcher);

  async function* follow(): AsyncGenerator<StockAlert, void, undefined> {
    const known = new Map<string, StockItem>();
    for (const item of await itemsOfOutlet(database, outletId)) {
      known.set(item.id, item);
      yield* alertsOn(item, undefined, new Date());
    }
    for await (const { item, at } of watcher) {
      const before = known.get(item.id);
      if (before && before.version >= item.version) continue;
      known.set(item.id, item);
      yield* alertsOn(item, before, at);
    }
  }

  async function* alertsOn(
    item: StockItem,
    before: StockItem | undefined,
    at: Date,
  ): AsyncGenerator<StockAlert, void, undefined> {
    if (item.removedAt !== null) return;
    for (const kind of alertsOf(item, before)) {
      const orderIdsAtRisk = await ordersAtRisk(database, item.id, shortfallOf(item));
      yield { kind, item, orderIdsAtRisk, at };
    }
  }
}

/** A generator that waits cannot be returned before what it waits for comes; closing the watcher makes it come. */
function endingAtOnce<Value>(
  generator: AsyncGenerator<Value, void, undefined>,
  watcher: Watcher,
): AsyncIterableIterator<Value> {
  return {
    next: () => generator.next(),
    return() {
      watcher.close();
      return generator.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
