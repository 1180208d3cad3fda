/**
 * An outlet's levels as they change, for everybody who watches that outlet in this process. Changes are read once for all
 * of them; a watcher that is slower than the changes gets the latest of each item and never an older one.
 */
import type { Bus, BusPayload } from '../../../platform/bus/bus.js';
import type { Log } from '../../../platform/log.js';
import type { StockItem, StockMovement } from '../../../prisma/stock/client/client.js';
import type { StockDatabase } from '../store/database.js';
import { everyItemById } from '../store/items.js';
import { lastMovements } from '../store/ledger.js';
import { levelsTopic } from '../store/levels.js';
import { LatestByKey } from './latest-by-key.js';

export interface LevelChange {
  readonly item: StockItem;
  readonly cause: StockMovement | null;
  readonly at: Date;
}

export type Watcher = LatestByKey<string, LevelChange>;

interface Watched {
  readonly watchers: Set<Watcher>;
  readonly messages: AsyncIterableIterator<BusPayload>;
  readonly changed: Set<string>;
  reading: Promise<void> | undefined;
}

export class LevelFeed {
  readonly #database: StockDatabase;
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #outlets = new Map<string, Promise<Watched>>();

  constructor(database: StockDatabase, bus: Bus, log: Log) {
    this.#database = database;
    this.#bus = bus;
    this.#log = log;
  }

  /** Once this resolves no change is missed. The caller closes the watcher. */
  async watch(outletId: string): Promise<Watcher> {
    let opening = this.#outlets.get(outletId);
    if (opening === undefined) {
      opening = this.#open(outletId);
      this.#outlets.set(outletId, opening);
      opening.catch(() => this.#outlets.delete(outletId));
    }
    const outlet = await opening;
    const watcher: Watcher = new LatestByKey(() => {
      outlet.watchers.delete(watcher);
      if (outlet.watchers.size > 0) return;
      if (this.#outlets.get(outletId) === opening) this.#outlets.delete(outletId);
      void outlet.messages.return?.();
    });
    outlet.watchers.add(watcher);
    return watcher;
  }

  async #open(outletId: string): Promise<Watched> {
    const messages = await this.#bus.subscribe(levelsTopic(outletId));
    const outlet: Watched = { watchers: new Set(), messages, changed: new Set(), reading: undefined };
    void this.#follow(outletId, outlet);
    return outlet;
  }

  async #follow(outletId: string, outlet: Watched): Promise<void> {
    try {
      for await (const { id } of outlet.messages) {
        outlet.changed.add(String(id));
        outlet.reading ??= this.#read(outlet).finally(() => {
          outlet.reading = undefined;
        });
      }
    } catch (error) {
      this.#log.warn({ outletId, error: String(error) }, 'stock: levels can no longer be followed');
    }
    this.#outlets.delete(outletId);
    // Who still watches has to begin anew, with a snapshot.
    for (const watcher of [...outlet.watchers]) watcher.close();
  }

  async #read(outlet: Watched): Promise<void> {
    while (outlet.changed.size > 0 && outlet.watchers.size > 0) {
      const ids = [...outlet.changed];
      outlet.changed.clear();
      try {
        const [items, movements] = await Promise.all([
          everyItemById(this.#database, ids),
          lastMovements(this.#database, ids),
        ]);
        const causes = new Map(movements.map((movement) => [movement.stockItemId, movement]));
        for (const item of items) {
          const cause = causes.get(item.id) ?? null;
          const change = { item, cause, at: cause?.at ?? item.createdAt };
          for (const watcher of outlet.watchers) watcher.put(item.id, change);
        }
      } catch (error) {
        this.#log.warn({ error: String(error) }, 'stock: levels could not be read');
        for (const watcher of [...outlet.watchers]) watcher.close();
      }
    }
  }
}
