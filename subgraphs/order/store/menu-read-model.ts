/**
 * The menu in memory, so that placing an order reads no table and needs no other subgraph. It is loaded from the copied
 * tables, reloaded in part when the bus reports a change, and compared with them every two to three seconds, since the bus
 * may lose a message.
 */
import type { Pool } from 'pg';
import { type Bus, type BusMessage, MISSED } from '../../../platform/bus/bus.js';
import { CopiedTable } from '../../../platform/copies/copied-table.js';
import { calendarDay } from '../../../platform/kit/calendar.js';
import {
  OpeningTimes,
  type OutletStatus,
  openingExceptions,
  outletStatus,
  weeklyOpenings,
} from '../../../platform/kit/opening-hours.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import type { MenuItem, OutletMenu, OutletPrice } from '../domain/menu.js';
import type { TakenUnits } from '../domain/promotion.js';
import { PromotionReadModel } from './promotion-read-model.js';

export interface OutletRecord {
  readonly id: string;
  readonly franchiseId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly status: OutletStatus;
  /** When it takes orders. */
  readonly times: OpeningTimes;
}

export type CopyName =
  | 'franchise'
  | 'outlet'
  | 'menu-item'
  | 'outlet-price'
  | 'hand-availability'
  | 'promotion'
  | 'limited-availability';

/** Rows of a copied table that have changed. */
export interface ChangedCopy {
  readonly copy: CopyName;
  /** A value of the table's part column. */
  readonly part: string;
}

/** Bus topic of `ChangedCopy`. */
export const COPIES_TOPIC = 'order-copies';

const COMPARE_MILLISECONDS = 2_000;
const POLL_INTERVAL_MILLISECONDS = 1_000;

interface Versioned {
  readonly key: string;
  readonly version: number;
}
type StoredOutlet = Omit<OutletRecord, 'status' | 'times'> &
  Versioned & { status: string; pausedUntil: Date | null; openingHours: unknown; openingExceptions: unknown };
type StoredItem = Omit<MenuItem, 'price' | 'previousPrice' | 'season'> &
  Versioned & {
    price: string;
    previousPrice: string | null;
    season: { from: string; until: string } | null;
  };
type StoredPrice = Omit<OutletPrice, 'price' | 'previousPrice'> &
  Versioned & { price: string | null; previousPrice: string | null };
type HandAvailability = Versioned & { isAvailable: boolean; until: Date | null };
type Availability = Versioned & { outletId: string; ingredientId: string; available: number };

export class MenuReadModel {
  readonly #franchises: CopiedTable<Versioned, Versioned>;
  readonly #outlets: CopiedTable<OutletRecord & Versioned, StoredOutlet>;
  readonly #items: CopiedTable<MenuItem & Versioned, StoredItem>;
  readonly #prices: CopiedTable<OutletPrice & Versioned, StoredPrice>;
  readonly #handAvailability: CopiedTable<HandAvailability, HandAvailability>;
  readonly #promotions: PromotionReadModel;
  readonly #availability: CopiedTable<Availability, Availability>;
  /** `outletId:ingredientId` → stock item → available units. */
  readonly #limited = new Map<string, Map<string, number>>();
  /** Reported by the bus and not loaded yet. */
  readonly #changed = new Map<string, Set<string>>();
  #compareAt = Date.now() + COMPARE_MILLISECONDS;

  private constructor(pool: Pool) {
    this.#franchises = new CopiedTable(pool, {
      table: 'franchise_copy',
      select: 'SELECT id AS key, version FROM franchise_copy',
      partColumn: 'id',
      read: (franchise) => franchise,
    });
    this.#outlets = new CopiedTable<OutletRecord & Versioned, StoredOutlet>(pool, {
      table: 'outlet_copy',
      select: `SELECT id AS key, version, id, franchise_id AS "franchiseId", name, time_zone AS "timeZone", status,
                      paused_until AS "pausedUntil", opening_hours AS "openingHours", opening_exceptions AS "openingExceptions"
               FROM outlet_copy`,
      partColumn: 'id',
      read: readOutlet,
    });
    this.#items = new CopiedTable<MenuItem & Versioned, StoredItem>(pool, {
      table: 'menu_item_copy',
      select: `SELECT id AS key, version, id, name, price, previous_price AS "previousPrice",
                      effective_at AS "effectiveAt", is_limited AS "isLimited", tax_class AS "taxClass", is_archived AS "isArchived",
                      preparation_seconds AS "preparationSeconds", season, recipe, option_groups AS "optionGroups"
               FROM menu_item_copy`,
      partColumn: 'id',
      read: ({ season, ...item }) => ({
        ...item,
        price: Number(item.price),
        previousPrice: Number(item.previousPrice ?? item.price),
        season: season && { from: calendarDay(season.from), until: calendarDay(season.until) },
      }),
    });
    this.#prices = new CopiedTable<OutletPrice & Versioned, StoredPrice>(pool, {
      table: 'outlet_price_copy',
      select: `SELECT menu_item_id || ':' || outlet_id AS key, version, price, previous_price AS "previousPrice",
                      effective_at AS "effectiveAt", is_offered AS "isOffered"
               FROM outlet_price_copy`,
      partColumn: 'menu_item_id',
      read: (row) => ({
        ...row,
        price: row.price === null ? null : Number(row.price),
        previousPrice: row.previousPrice === null ? null : Number(row.previousPrice),
      }),
    });
    this.#handAvailability = new CopiedTable<HandAvailability, HandAvailability>(pool, {
      table: 'hand_availability_copy',
      select: `SELECT subject_id || ':' || outlet_id AS key, version, is_available AS "isAvailable", until FROM hand_availability_copy`,
      partColumn: 'subject_id',
      read: (row) => row,
    });
    this.#promotions = new PromotionReadModel(pool);
    this.#availability = new CopiedTable<Availability, Availability>(pool, {
      table: 'limited_availability',
      select: `SELECT stock_item_id AS key, version, outlet_id AS "outletId", ingredient_id AS "ingredientId", available
               FROM limited_availability`,
      partColumn: 'stock_item_id',
      read: (row) => row,
      onRow: (row) => this.#indexAvailability(row),
    });
  }

  static async open(pool: Pool, bus: Bus, log: Log): Promise<{ menu: MenuReadModel; stop(): Promise<void> }> {
    const menu = new MenuReadModel(pool);
    const messages = await bus.subscribe(COPIES_TOPIC);
    await Promise.all(menu.#tables().map((table) => table.load()));
    const loop = startPollLoop({
      name: 'order.menu-read-model',
      intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
      log,
      turn: () => menu.#refresh(),
    });
    const following = menu.#follow(messages, loop, log);
    return {
      menu,
      async stop() {
        await messages.return?.();
        await following;
        await loop.stop();
      },
    };
  }

  outlet(id: string): OutletRecord | undefined {
    return this.#outlets.get(id);
  }

  outlets(): OutletRecord[] {
    return [...this.#outlets.rows()];
  }

  /** Of the chain, sold anywhere or not. */
  item(id: string): MenuItem | undefined {
    return this.#items.get(id);
  }

  /** Null for one that is not in the copy. */
  promotionName(id: string): string | null {
    return this.#promotions.table.get(id)?.name ?? null;
  }

  /** Null for one that no item has any more. */
  optionName(id: string): string | null {
    for (const { optionGroups } of this.#items.rows()) {
      for (const { options } of optionGroups) {
        const option = options.find((one) => one.id === id);
        if (option !== undefined) return option.name;
      }
    }
    return null;
  }

  hasFranchise(id: string): boolean {
    return this.#franchises.get(id) !== undefined;
  }

  timeZoneOf(outletId: string): string {
    return this.#outlets.get(outletId)?.timeZone ?? 'UTC';
  }

  menuAt(outlet: Pick<OutletRecord, 'id' | 'timeZone'>, now: Date): OutletMenu {
    return {
      timeZone: outlet.timeZone,
      now,
      item: (id) => this.#items.get(id),
      outletPrice: (id) => this.#prices.get(`${id}:${outlet.id}`),
      takenOff: (id) => {
        const known = this.#handAvailability.get(`${id}:${outlet.id}`);
        if (known === undefined || known.isAvailable) return undefined;
        return known.until !== null && known.until <= now ? undefined : known;
      },
      promotions: (id) => this.#promotions.of(id, outlet.id),
      hasRunOut: (ingredientId) => {
        const items = this.#limited.get(`${outlet.id}:${ingredientId}`);
        return items !== undefined && [...items.values()].every((available) => available <= 0);
      },
    };
  }

  /** Null for any number, and for a promotion that is not in the copy. */
  unitsLeft(promotionId: string): number | null {
    return this.#promotions.unitsLeft(promotionId);
  }

  /** As of the last read; the database decides. */
  hasLeft(taken: readonly TakenUnits[]): boolean {
    return taken.every(({ promotionId, units }) => (this.unitsLeft(promotionId) ?? units) >= units);
  }

  /** Reloads the units left of these promotions. */
  async recount(taken: readonly TakenUnits[]): Promise<void> {
    if (taken.length === 0) return;
    await this.#promotions.table.load(taken.map(({ promotionId }) => promotionId));
  }

  /** Resolves once memory holds what these rows are at the call. */
  async reload(changes: readonly ChangedCopy[]): Promise<void> {
    const parts = new Map<CopyName, Set<string>>();
    for (const { copy, part } of changes) parts.set(copy, (parts.get(copy) ?? new Set()).add(part));
    await Promise.all([...parts].map(([copy, some]) => this.#tableOf(copy).load([...some])));
  }

  #tables() {
    return [
      this.#franchises,
      this.#outlets,
      this.#items,
      this.#prices,
      this.#handAvailability,
      this.#promotions.table,
      this.#availability,
    ];
  }

  #tableOf(copy: unknown) {
    switch (copy) {
      case 'franchise':
        return this.#franchises;
      case 'outlet':
        return this.#outlets;
      case 'menu-item':
        return this.#items;
      case 'outlet-price':
        return this.#prices;
      case 'hand-availability':
        return this.#handAvailability;
      case 'promotion':
        return this.#promotions.table;
      default:
        return this.#availability;
    }
  }

  async #follow(messages: AsyncIterableIterator<BusMessage>, loop: PollLoop, log: Log): Promise<void> {
    try {
      for await (const message of messages) {
        if (message === MISSED) {
          this.#compareAt = 0;
        } else {
          const { copy, part } = message;
          const parts = this.#changed.get(String(copy)) ?? new Set();
          this.#changed.set(String(copy), parts.add(String(part)));
        }
        loop.wake();
      }
    } catch (error) {
      log.warn({ error: String(error) }, 'menu read model: bus subscription lost, comparing by time only');
    }
  }

  /** Loads what was reported as changed, and compares everything where that is due. */
  async #refresh(): Promise<'more' | 'done'> {
    const isCompareDue = this.#compareAt <= Date.now();
    const changed = [...this.#changed];
    this.#changed.clear();
    try {
      for (const [copy, parts] of changed) await this.#tableOf(copy).load([...parts]);
      if (isCompareDue) {
        this.#compareAt = Date.now() + COMPARE_MILLISECONDS;
        await Promise.all(this.#tables().map((table) => table.catchUp()));
      }
    } catch (error) {
      // The next comparison finds what was not loaded.
      this.#compareAt = 0;
      throw error;
    }
    return this.#changed.size > 0 ? 'more' : 'done';
  }

  #indexAvailability({ key, outletId, ingredientId, available }: Availability): void {
    const place = `${outletId}:${ingredientId}`;
    const items = this.#limited.get(place) ?? new Map<string, number>();
    this.#limited.set(place, items.set(key, available));
  }
}

function readOutlet({ pausedUntil, ...stored }: StoredOutlet): OutletRecord & Versioned {
  const { key, version, id, franchiseId, name, timeZone } = stored;
  const status = outletStatus.parse(stored.status);
  const openingHours = {
    weekly: weeklyOpenings.parse(stored.openingHours),
    exceptions: openingExceptions.parse(stored.openingExceptions),
  };
  const times = new OpeningTimes({ status, pausedUntil, timeZone, openingHours });
  return { key, version, id, franchiseId, name, timeZone, status, times };
}
