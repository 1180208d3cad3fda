/**
 * An outlet's levels as they change, for everybody who watches that outlet in this process. Changes are read once for all
 * of them; a watcher that is slower than the changes gets the latest of each item. The bus only says where to look and may
 * lose a word: every item is looked at anew when it says so, and from time to time, so whatever changed arrives.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Bus, type BusMessage, MISSED } from '../../../platform/bus/bus.js';
import type { Log } from '../../../platform/log.js';
import type { StockItem, StockMovement } from '../../../prisma/stock/client/client.js';
import type { StockDatabase } from '../store/database.js';
import { levelsTopic } from '../store/levels.js';
import { lastMovements } from '../store/movements.js';
import { everyItemById, itemsOfOutlet } from '../store/stock-items.js';
import { LatestByKey } from './latest-by-key.js';

export interface LevelChange {
  readonly item: StockItem;
  readonly cause: StockMovement | null;
  readonly at: Date;
}

/** Gets changes, also such as it has seen: whoever streams compares versions. */
export type Watcher = LatestByKey<string, LevelChange>;

export interface LevelFeedOptions {
  readonly database: StockDatabase;
  readonly bus: Bus;
  readonly log: Log;
  /** How long a lost word of the bus may go unnoticed. Default 15 s. */
  readonly lookMilliseconds?: number;
}

const RETRY_MILLISECONDS = 500;

export class LevelFeed {
  readonly #options: LevelFeedOptions;
  readonly #outlets = new Map<string, Promise<WatchedOutlet>>();

  constructor(options: LevelFeedOptions) {
    this.#options = options;
  }

  /** Once this resolves no change is missed. The caller closes the watcher. */
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
    return (await opening).watcher();
  }
}

class WatchedOutlet {
  readonly #options: LevelFeedOptions;
  readonly #outletId: string;
  readonly #onEnd: () => void;
  readonly #watchers = new Set<Watcher>();
  readonly #changed = new Set<string>();
  readonly #looking: NodeJS.Timeout;
  #messages: AsyncIterableIterator<BusMessage>;
  #reading: Promise<void> | undefined;
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
    this.#looking = setInterval(() => void this.#lookAtAll(), options.lookMilliseconds ?? 15_000);
    void this.#follow();
  }

  watcher(): Watcher {
    const watcher: Watcher = new LatestByKey(() => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#end();
    });
    this.#watchers.add(watcher);
    return watcher;
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#onEnd();
    clearInterval(this.#looking);
    void this.#messages.return?.();
    for (const watcher of [...this.#watchers]) watcher.close();
  }

  async #follow(): Promise<void> {
    while (!this.#hasEnded) {
      try {
        for await (const message of this.#messages) {
          if (message === MISSED) void this.#lookAtAll();
          else this.#look([String(message.id)]);
        }
        return this.#end();
      } catch (error) {
        this.#options.log.warn({ error: String(error) }, 'stock: levels are followed anew');
        await this.#listenAnew();
      }
    }
  }

  async #listenAnew(): Promise<void> {
    while (!this.#hasEnded) {
      try {
        this.#messages = await this.#options.bus.subscribe(levelsTopic(this.#outletId));
        if (this.#hasEnded) void this.#messages.return?.();
        else await this.#lookAtAll();
        return;
      } catch {
        await delay(RETRY_MILLISECONDS);
      }
    }
  }

  async #lookAtAll(): Promise<void> {
    const items = await itemsOfOutlet(this.#options.database, this.#outletId).catch(() => []);
    this.#look(items.map(({ id }) => id));
  }

  #look(ids: readonly string[]): void {
    for (const id of ids) this.#changed.add(id);
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
  }

  async #read(): Promise<void> {
    const { database, log } = this.#options;
    while (this.#changed.size > 0 && !this.#hasEnded) {
      const ids = [...this.#changed];
      this.#changed.clear();
      try {
        const [items, movements] = await Promise.all([
          everyItemById(database, ids),
          lastMovements(database, ids),
        ]);
        const causes = new Map(movements.map((movement) => [movement.stockItemId, movement]));
        for (const item of items) {
          const cause = causes.get(item.id) ?? null;
          const change = { item, cause, at: cause?.at ?? item.createdAt };
          for (const watcher of this.#watchers) watcher.put(item.id, change);
        }
      } catch (error) {
        log.warn({ error: String(error) }, 'stock: levels will be read again');
        for (const id of ids) this.#changed.add(id);
        await delay(RETRY_MILLISECONDS);
      }
    }
  }
}
