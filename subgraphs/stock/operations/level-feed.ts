/**
 * An outlet's level changes for all its subscribers in this process. A change is read once for all of them; a subscriber
 * slower than the changes gets the latest of each item. The bus only names what changed and may lose messages: items are also
 * read again from time to time and after each gap, so every change arrives.
 */
import { type Bus, type BusMessage, MISSED } from '../../../platform/bus/bus.js';
import { AsyncQueue } from '../../../platform/kit/async-queue.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import type { Cause, StockItem, StockMovement } from '../domain/records.js';
import { levelsTopic } from '../published.js';
import type { OwnStockDatabase } from '../store/database.js';
import { findLastMovements } from '../store/movements.js';
import { findItemsOfOutlet, findWatchedItems } from '../store/stock-items.js';

export interface LevelChange {
  readonly item: StockItem;
  readonly cause: Cause | null;
  readonly at: Date;
}

/** May yield a version again: consumers compare versions. `return()` ends it. */
export type Watcher = AsyncQueue<LevelChange>;

export interface LevelFeedOptions {
  /** Read once for subscribers of any tenant: each may see the outlet that it watches, and gets nothing of another. */
  readonly database: OwnStockDatabase;
  readonly bus: Bus;
  readonly log: Log;
  /** How long a message lost by the bus can delay a change. Default 15 s. */
  readonly rereadMilliseconds?: number;
}

const REREAD_MILLISECONDS = 15_000;
/** After which a read or subscription that failed is retried. */
const POLL_INTERVAL_MILLISECONDS = 500;

export class LevelFeed {
  readonly #options: LevelFeedOptions;
  readonly #outlets = new Map<string, Promise<WatchedOutlet>>();

  constructor(options: LevelFeedOptions) {
    this.#options = options;
  }

  /** Once this resolves no change is missed. The caller ends the watcher. */
  async watch(outletId: string): Promise<Watcher> {
    let opening = this.#outlets.get(outletId);
    if (opening === undefined) {
      const forget = () => {
        if (this.#outlets.get(outletId) === opening) this.#outlets.delete(outletId);
      };
      opening = WatchedOutlet.open(this.#options, outletId, forget);
      opening.catch(forget);
      this.#outlets.set(outletId, opening);
    }
    const outlet = await opening;
    // Its last watcher may have left in the meantime.
    return outlet.hasEnded ? this.watch(outletId) : outlet.addWatcher();
  }
}

class WatchedOutlet {
  readonly #options: LevelFeedOptions;
  readonly #outletId: string;
  readonly #onEnd: () => void;
  readonly #watchers = new Set<Watcher>();
  /** Reported by the bus and not read yet. */
  readonly #changedIds = new Set<string>();
  readonly #rereadMilliseconds: number;
  readonly #loop: PollLoop;
  /** Undefined while the subscription is lost. */
  #messages: AsyncIterableIterator<BusMessage> | undefined;
  #rereadAt: number;
  #hasEnded = false;

  static async open(options: LevelFeedOptions, outletId: string, onEnd: () => void): Promise<WatchedOutlet> {
    return new WatchedOutlet(options, outletId, onEnd, await options.bus.subscribe(levelsTopic(outletId)));
  }

  private constructor(
    options: LevelFeedOptions,
    outletId: string,
    onEnd: () => void,
    messages: AsyncIterableIterator<BusMessage>,
  ) {
    this.#options = options;
    this.#outletId = outletId;
    this.#onEnd = onEnd;
    this.#messages = messages;
    this.#rereadMilliseconds = options.rereadMilliseconds ?? REREAD_MILLISECONDS;
    this.#rereadAt = Date.now() + this.#rereadMilliseconds;
    this.#loop = startPollLoop({
      name: 'stock.level-feed',
      intervalMilliseconds: Math.min(POLL_INTERVAL_MILLISECONDS, this.#rereadMilliseconds),
      log: options.log,
      turn: () => this.#turn(),
    });
    void this.#follow(messages);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  addWatcher(): Watcher {
    const watcher: Watcher = new AsyncQueue<LevelChange>({
      overflow: { kind: 'latest-by-key', keyOf: ({ item }) => item.id },
      onReturn: () => {
        this.#watchers.delete(watcher);
        if (this.#watchers.size === 0) this.#end();
      },
    });
    this.#watchers.add(watcher);
    return watcher;
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#onEnd();
    void this.#loop.stop();
    void this.#messages?.return?.();
    for (const watcher of this.#watchers) watcher.end();
  }

  async #follow(messages: AsyncIterableIterator<BusMessage>): Promise<void> {
    try {
      for await (const message of messages) {
        if (message === MISSED) this.#rereadAt = 0;
        else this.#changedIds.add(String(message.id));
        this.#loop.wake();
      }
      this.#end();
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, 'stock: level subscription failed, resubscribing');
      this.#messages = undefined;
      this.#loop.wake();
    }
  }

  /** Subscribes again where that was lost, then reads what has changed: once for all watchers. */
  async #turn(): Promise<'more' | 'done'> {
    if (this.#messages === undefined) await this.#resubscribe();
    if (this.#rereadAt <= Date.now()) await this.#markAllChanged();
    const ids = [...this.#changedIds];
    this.#changedIds.clear();
    try {
      if (ids.length > 0) await this.#readChanged(ids);
    } catch (error) {
      for (const id of ids) this.#changedIds.add(id);
      throw error;
    }
    return this.#changedIds.size > 0 ? 'more' : 'done';
  }

  async #resubscribe(): Promise<void> {
    const messages = await this.#options.bus.subscribe(levelsTopic(this.#outletId));
    this.#messages = messages;
    this.#rereadAt = 0;
    if (this.#hasEnded) void messages.return?.();
    else void this.#follow(messages);
  }

  async #markAllChanged(): Promise<void> {
    this.#rereadAt = Date.now() + this.#rereadMilliseconds;
    try {
      const items = await findItemsOfOutlet(this.#options.database, this.#outletId);
      for (const { id } of items) this.#changedIds.add(id);
    } catch (error) {
      this.#rereadAt = 0;
      throw error;
    }
  }

  async #readChanged(ids: readonly string[]): Promise<void> {
    const { database } = this.#options;
    const [items, movements] = await Promise.all([
      findWatchedItems(database, this.#outletId, ids),
      findLastMovements(database, ids),
    ]);
    const lastMovements = new Map(movements.map((movement) => [movement.stockItemId, movement]));
    for (const item of items) {
      const change = changeOf(item, lastMovements.get(item.id));
      for (const watcher of this.#watchers) watcher.push(change);
    }
  }
}

/** The item's present version is due to the last movement, or to an edit that moved nothing. */
function changeOf(item: StockItem, lastMovement: StockMovement | undefined): LevelChange {
  const { editVersion, editTraceId, editedAt, editedBy, version } = item;
  if (editVersion === version && editTraceId !== null && editedAt !== null) {
    const cause = { traceId: editTraceId, personId: editedBy, reason: null, ...NO_OTHER_CAUSE };
    return { item, cause, at: editedAt };
  }
  return { item, cause: lastMovement ?? null, at: lastMovement?.at ?? item.createdAt };
}

const NO_OTHER_CAUSE = {
  orderId: null,
  shelfId: null,
  bootId: null,
  seq: null,
  grams: null,
  deliveryId: null,
};
