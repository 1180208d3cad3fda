/**
 * What is available of an outlet's menu, for all its subscribers in this process: each item whose answer has changed, at most once in 250 ms. The
 * answers follow from levels, recipes and what staff took off by hand, which are read together once for all subscribers when any may have
 * changed: by the feed of levels and by the bus, when a time by hand has come, and from time to time, since the bus may lose a message.
 */
import type { Bus } from '../../../platform/bus/bus.js';
import { AsyncQueue } from '../../../platform/kit/async-queue.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import { type RecipeLine, servingsFrom } from '../domain/servings.js';
import { handAvailabilityTopic, MENU_TOPIC } from '../published.js';
import type { OwnStockDatabase } from '../store/database.js';
import { findOutletStock, type OutletStock } from '../store/serving-recipes.js';
import type { LevelFeed } from './level-feed.js';

export interface AvailabilityChange {
  readonly outletId: string;
  readonly menuItemId: string;
  readonly recipe: readonly RecipeLine[];
  readonly isTakenOff: boolean;
  readonly servings: number;
  readonly version: number;
  readonly at: Date;
}

export type AvailabilityWatcher = AsyncQueue<AvailabilityChange>;

export interface AvailabilityFeedOptions {
  readonly database: OwnStockDatabase;
  readonly levels: LevelFeed;
  readonly bus: Bus;
  readonly log: Log;
  /** How long a message lost by the bus can delay a change. Default 5 s. */
  readonly rereadMilliseconds?: number;
}

const REREAD_MILLISECONDS = 5_000;
const INTERVAL_MILLISECONDS = 250;

export class AvailabilityFeed {
  readonly #options: AvailabilityFeedOptions;
  readonly #outlets = new Map<string, Promise<WatchedMenu>>();

  constructor(options: AvailabilityFeedOptions) {
    this.#options = options;
  }

  /** The answers of now, and a watcher of those that change from here on. The caller ends the watcher. */
  async watch(
    outletId: string,
  ): Promise<{ readonly present: readonly AvailabilityChange[]; readonly watcher: AvailabilityWatcher }> {
    let opening = this.#outlets.get(outletId);
    if (opening === undefined) {
      const forget = () => {
        if (this.#outlets.get(outletId) === opening) this.#outlets.delete(outletId);
      };
      opening = WatchedMenu.open(this.#options, outletId, forget);
      opening.catch(forget);
      this.#outlets.set(outletId, opening);
    }
    const menu = await opening;
    // Its last watcher may have left in the meantime.
    return menu.hasEnded ? this.watch(outletId) : menu.addWatcher();
  }
}

class WatchedMenu {
  readonly #options: AvailabilityFeedOptions;
  readonly #outletId: string;
  readonly #onEnd: () => void;
  readonly #watchers = new Set<AvailabilityWatcher>();
  readonly #answers = new Map<string, AvailabilityChange>();
  readonly #sources: readonly AsyncIterableIterator<unknown>[];
  readonly #loop: PollLoop;
  #mayHaveChanged = false;
  #rereadAt = 0;
  #hasEnded = false;

  static async open(
    options: AvailabilityFeedOptions,
    outletId: string,
    onEnd: () => void,
  ): Promise<WatchedMenu> {
    const { bus, database, levels } = options;
    const sources: AsyncIterableIterator<unknown>[] = [];
    try {
      sources.push(await levels.watch(outletId));
      for (const topic of [handAvailabilityTopic(outletId), MENU_TOPIC])
        sources.push(await bus.subscribe(topic));
      return new WatchedMenu(options, outletId, onEnd, sources, await findOutletStock(database, outletId));
    } catch (error) {
      for (const source of sources) void source.return?.();
      throw error;
    }
  }

  private constructor(
    options: AvailabilityFeedOptions,
    outletId: string,
    onEnd: () => void,
    sources: readonly AsyncIterableIterator<unknown>[],
    stock: OutletStock,
  ) {
    this.#options = options;
    this.#outletId = outletId;
    this.#onEnd = onEnd;
    this.#sources = sources;
    this.#answer(stock);
    for (const source of sources) void this.#follow(source);
    this.#loop = startPollLoop({
      name: 'stock.availability',
      intervalMilliseconds: INTERVAL_MILLISECONDS,
      log: options.log,
      turn: () => this.#turn(),
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  addWatcher(): { present: readonly AvailabilityChange[]; watcher: AvailabilityWatcher } {
    const watcher: AvailabilityWatcher = new AsyncQueue<AvailabilityChange>({
      overflow: { kind: 'latest-by-key', keyOf: ({ menuItemId }) => menuItemId },
      onReturn: () => {
        this.#watchers.delete(watcher);
        if (this.#watchers.size === 0) this.#end();
      },
    });
    this.#watchers.add(watcher);
    return { present: [...this.#answers.values()], watcher };
  }

  /** @param error the source of changes is gone: subscribers come back to another. */
  #end(error?: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#onEnd();
    void this.#loop.stop();
    for (const source of this.#sources) void source.return?.();
    for (const watcher of this.#watchers) watcher.end(error);
  }

  async #follow(source: AsyncIterableIterator<unknown>): Promise<void> {
    try {
      for await (const _message of source) this.#mayHaveChanged = true;
      this.#end();
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #turn(): Promise<'done'> {
    if (!this.#mayHaveChanged && Date.now() < this.#rereadAt) return 'done';
    this.#mayHaveChanged = false;
    try {
      this.#answer(await findOutletStock(this.#options.database, this.#outletId));
    } catch (error) {
      this.#mayHaveChanged = true;
      throw error;
    }
    return 'done';
  }

  #answer({ version, at, available, takenOff, nextUntil, items }: OutletStock): void {
    const { rereadMilliseconds = REREAD_MILLISECONDS } = this.#options;
    const untilNext = nextUntil === null ? rereadMilliseconds : nextUntil.getTime() - at.getTime();
    this.#rereadAt = Date.now() + Math.min(rereadMilliseconds, Math.max(0, untilNext));
    const off = new Set(takenOff);
    const archived = new Map(this.#answers);
    for (const { menuItemId, recipe } of items) {
      const before = this.#answers.get(menuItemId);
      archived.delete(menuItemId);
      const isTakenOff = off.has(menuItemId);
      const servings = isTakenOff ? 0 : servingsFrom(recipe, (id) => available[id] ?? 0);
      if (before?.isTakenOff === isTakenOff && before.servings === servings) continue;
      const change = { outletId: this.#outletId, menuItemId, recipe, isTakenOff, servings, version, at };
      this.#answers.set(menuItemId, change);
      this.#push(change);
    }
    for (const [menuItemId, before] of archived) {
      this.#answers.delete(menuItemId);
      this.#push({ ...before, isTakenOff: true, servings: 0, version, at });
    }
  }

  #push(change: AvailabilityChange): void {
    for (const watcher of this.#watchers) watcher.push(change);
  }
}
