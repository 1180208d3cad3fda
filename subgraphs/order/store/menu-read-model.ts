/**
 * The menu in memory, so that placing an order reads no table and needs no other subgraph. It is loaded from the copies,
 * refreshed when the bus says that one has changed, and compared with them every few seconds, since the bus may lose
 * a message.
 */
import type { Pool } from 'pg';
import { type Bus, type BusMessage, MISSED } from '../../../platform/bus/bus.js';
import type { Log } from '../../../platform/log.js';
import type { MenuItem, OutletMenu, OutletPrice } from '../domain/menu.js';
import type { TakenPieces } from '../domain/promotion.js';
import { CopiedTable } from './copied-table.js';
import { Promotions } from './promotions.js';

export interface OutletRecord {
  readonly id: string;
  readonly franchiseId: string;
  readonly name: string;
  readonly timeZone: string;
}

export type CopyName = 'outlet' | 'menu-item' | 'outlet-price' | 'promotion' | 'limited-availability';

/** Bus topic: `{ copy, part }` of what has changed. */
export const COPIES_TOPIC = 'order-copies';

const COMPARE_MILLISECONDS = 2_000;

interface Versioned {
  readonly key: string;
  readonly version: number;
}
type StoredItem = Omit<MenuItem, 'price'> & Versioned & { price: string };
type StoredPrice = Omit<OutletPrice, 'price'> & Versioned & { price: string | null };
type Availability = Versioned & { outletId: string; ingredientId: string; available: number };

export class MenuReadModel {
  readonly #outlets: CopiedTable<OutletRecord & Versioned, OutletRecord & Versioned>;
  readonly #items: CopiedTable<MenuItem & Versioned, StoredItem>;
  readonly #prices: CopiedTable<OutletPrice & Versioned, StoredPrice>;
  readonly #promotions: Promotions;
  readonly #availability: CopiedTable<Availability, Availability>;
  /** `outletId:ingredientId` → stock item → what is available of it. */
  readonly #limited = new Map<string, Map<string, number>>();
  readonly #changed = new Map<string, Set<string>>();
  #refreshing: Promise<void> | undefined;
  readonly #log: Log;

  private constructor(pool: Pool, log: Log) {
    this.#log = log;
    this.#outlets = new CopiedTable(pool, {
      table: 'outlet_copy',
      select: `SELECT id AS key, version, id, franchise_id AS "franchiseId", name, time_zone AS "timeZone" FROM outlet_copy`,
      partColumn: 'id',
      read: (outlet) => outlet,
    });
    this.#items = new CopiedTable<MenuItem & Versioned, StoredItem>(pool, {
      table: 'menu_item_copy',
      select: `SELECT id AS key, version, id, name, price, is_limited AS "isLimited", is_archived AS "isArchived",
                      preparation_seconds AS "preparationSeconds", season, recipe, option_groups AS "optionGroups"
               FROM menu_item_copy`,
      partColumn: 'id',
      read: (item) => ({ ...item, price: Number(item.price) }),
    });
    this.#prices = new CopiedTable<OutletPrice & Versioned, StoredPrice>(pool, {
      table: 'outlet_price_copy',
      select: `SELECT menu_item_id || ':' || outlet_id AS key, version, price, is_offered AS "isOffered" FROM outlet_price_copy`,
      partColumn: 'menu_item_id',
      read: (row) => ({ ...row, price: row.price === null ? null : Number(row.price) }),
    });
    this.#promotions = new Promotions(pool);
    this.#availability = new CopiedTable<Availability, Availability>(pool, {
      table: 'limited_availability',
      select: `SELECT stock_item_id AS key, version, outlet_id AS "outletId", ingredient_id AS "ingredientId", available
               FROM limited_availability`,
      partColumn: 'stock_item_id',
      read: (row) => row,
      onRow: (row) => this.#noteAvailability(row),
    });
  }

  static async open(
    pool: Pool,
    bus: Bus,
    log: Log,
  ): Promise<{ catalogue: MenuReadModel; stop(): Promise<void> }> {
    const catalogue = new MenuReadModel(pool, log);
    const messages = await bus.subscribe(COPIES_TOPIC);
    await Promise.all(catalogue.#tables().map((table) => table.load()));
    const timer = setInterval(() => void catalogue.#refresh(true), COMPARE_MILLISECONDS);
    const listening = catalogue.#listen(messages);
    return {
      catalogue,
      async stop() {
        clearInterval(timer);
        await messages.return?.();
        await listening;
        await catalogue.#refreshing;
      },
    };
  }

  outlet(id: string): OutletRecord | undefined {
    return this.#outlets.get(id);
  }

  outlets(): readonly OutletRecord[] {
    return [...this.#outlets.values()];
  }

  timeZoneOf(outletId: string): string {
    return this.#outlets.get(outletId)?.timeZone ?? 'UTC';
  }

  menuAt(outlet: OutletRecord, now: Date): OutletMenu {
    return {
      timeZone: outlet.timeZone,
      now,
      item: (id) => this.#items.get(id),
      outletPrice: (id) => this.#prices.get(`${id}:${outlet.id}`),
      promotions: (id) => this.#promotions.of(id, outlet.id),
      hasRunOut: (ingredientId) => {
        const held = this.#limited.get(`${outlet.id}:${ingredientId}`);
        return held !== undefined && [...held.values()].every((available) => available <= 0);
      },
    };
  }

  /** Null for any number, or for what nobody has told of. */
  unitsLeft(promotionId: string): number | null {
    return this.#promotions.unitsLeft(promotionId);
  }

  /** As far as is known here; the database has the last word. */
  hasLeft(pieces: readonly TakenPieces[]): boolean {
    return pieces.every(({ promotionId, pieces }) => (this.unitsLeft(promotionId) ?? pieces) >= pieces);
  }

  /** Reads anew what is left of these. */
  async recount(pieces: readonly TakenPieces[]): Promise<void> {
    await this.#promotions.table.load(pieces.map(({ promotionId }) => promotionId));
  }

  #tables() {
    return [this.#outlets, this.#items, this.#prices, this.#promotions.table, this.#availability];
  }

  #tableOf(copy: unknown) {
    switch (copy) {
      case 'outlet':
        return this.#outlets;
      case 'menu-item':
        return this.#items;
      case 'outlet-price':
        return this.#prices;
      case 'promotion':
        return this.#promotions.table;
      default:
        return this.#availability;
    }
  }

  async #listen(messages: AsyncIterableIterator<BusMessage>): Promise<void> {
    try {
      for await (const message of messages) {
        if (message === MISSED) {
          void this.#refresh(true);
          continue;
        }
        const { copy, part } = message;
        const parts = this.#changed.get(String(copy)) ?? new Set();
        this.#changed.set(String(copy), parts.add(String(part)));
        void this.#refresh(false);
      }
    } catch (error) {
      this.#log.warn({ error: String(error) }, 'menu copy: comparing by time alone');
    }
  }

  /** One refresh at a time; what changes meanwhile is taken by the next round of the same one. */
  #refresh(everything: boolean): Promise<void> {
    this.#refreshing ??= this.#catchUp(everything)
      .catch((error: unknown) => this.#log.warn({ error: String(error) }, 'menu copy: will be read again'))
      .finally(() => {
        this.#refreshing = undefined;
        if (this.#changed.size > 0) void this.#refresh(false);
      });
    return this.#refreshing;
  }

  async #catchUp(everything: boolean): Promise<void> {
    if (everything) await Promise.all(this.#tables().map((table) => table.catchUp()));
    while (this.#changed.size > 0) {
      const changed = [...this.#changed];
      this.#changed.clear();
      for (const [copy, parts] of changed) await this.#tableOf(copy).load([...parts]);
    }
  }

  #noteAvailability({ key, outletId, ingredientId, available }: Availability): void {
    const place = `${outletId}:${ingredientId}`;
    const held = this.#limited.get(place) ?? new Map<string, number>();
    this.#limited.set(place, held.set(key, available));
  }
}
