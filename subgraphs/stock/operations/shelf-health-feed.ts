/**
 * Changes of the health of shelves. Each second what has changed, by messages, their absence or their spread, gets a version in the
 * database, whichever process sees it first; those that are watched in this process are read once for all of their watchers. A watcher that is
 * slower than the changes gets the latest of each shelf.
 */
import { AsyncQueue } from '../../../platform/kit/async-queue.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import type { OwnStockDatabase } from '../store/database.js';
import { findRecentHealth, type PublishedHealth, updatePublishedHealth } from '../store/shelf-health.js';

export type HealthChange = PublishedHealth;
export type HealthWatcher = AsyncQueue<HealthChange>;

const INTERVAL_MILLISECONDS = 1_000;
/** Changes are read this often, so that one whose transaction took long, in another process, is read as well. */
const OVERLAP_SECONDS = 15;

export interface HealthFeedOptions {
  readonly database: OwnStockDatabase;
  /** Without a message for so long, a device is silent. */
  readonly silentSeconds: number;
  readonly log: Log;
}

export class HealthFeed {
  readonly silentSeconds: number;
  readonly #database: OwnStockDatabase;
  readonly #watchers = new Set<HealthWatcher>();
  readonly #loop: PollLoop;
  #refreshing: Promise<void> | null = null;
  /** Versions that the watchers have got, of what changed lately. */
  #sent = new Map<string, number>();

  constructor({ database, silentSeconds, log }: HealthFeedOptions) {
    this.silentSeconds = silentSeconds;
    this.#database = database;
    this.#loop = startPollLoop({
      name: 'stock.shelf-health',
      intervalMilliseconds: INTERVAL_MILLISECONDS,
      log,
      turn: () => this.#turn(),
    });
  }

  /** Of every tenant: the caller leaves out what is not theirs. Once this returns no change is missed. The caller ends the watcher. */
  watch(): HealthWatcher {
    const watcher: HealthWatcher = new AsyncQueue<HealthChange>({
      overflow: { kind: 'latest-by-key', keyOf: ({ shelfId }) => shelfId },
      onReturn: () => this.#watchers.delete(watcher),
    });
    this.#watchers.add(watcher);
    return watcher;
  }

  /** So that what was published last is what is so now. Callers at the same time share one statement, which reads every shelf. */
  refresh(): Promise<void> {
    this.#refreshing ??= updatePublishedHealth(this.#database, this.silentSeconds).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #turn(): Promise<'done'> {
    await this.refresh();
    if (this.#watchers.size === 0) {
      this.#sent.clear();
      return 'done';
    }
    const recent = await findRecentHealth(this.#database, OVERLAP_SECONDS);
    const changes = recent.filter(({ shelfId, version }) => version > (this.#sent.get(shelfId) ?? -1));
    this.#sent = new Map(recent.map(({ shelfId, version }) => [shelfId, version]));
    for (const change of changes) for (const watcher of this.#watchers) watcher.push(change);
    return 'done';
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    for (const watcher of this.#watchers) watcher.end();
  }
}
