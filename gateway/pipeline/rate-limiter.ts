/**
 * Limits the points of a key in a window of time. A decision never waits for the store: each gateway counts in memory, and four
 * times a second the counts near the limit are added to those of the other gateways. A fleet may therefore admit a little more
 * than the limit; while the store is unavailable, each gateway limits for itself.
 */
import { LRUCache } from 'lru-cache';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Log } from '../../platform/log.js';

export interface RateLimiterOptions {
  /** Points in a window. */
  readonly points: number;
  /** Length of the window, in seconds. */
  readonly seconds: number;
  /** The counts of the fleet. */
  readonly shared: RateLimiterAbstract;
  readonly log: Log;
}

export interface Taken {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds until the window ends. */
  readonly secondsLeft: number;
}

interface Window {
  /** Counted by this gateway. */
  count: number;
  /** The part of `count` that the store has. */
  reported: number;
  /** Counted by other gateways. */
  elsewhere: number;
  endsAt: number;
}

const SYNC_MILLISECONDS = 250;
/** Keys below this fraction of the limit are counted in this process alone. */
const SHARED_FROM = 1 / 10;
const MAXIMUM_KEYS = 50_000;

export class RateLimiter {
  readonly #points: number;
  readonly #milliseconds: number;
  readonly #shared: RateLimiterAbstract;
  readonly #log: Log;
  readonly #windows = new LRUCache<string, Window>({ max: MAXIMUM_KEYS });
  readonly #unreported = new Set<string>();
  readonly #timer: NodeJS.Timeout;

  constructor({ points, seconds, shared, log }: RateLimiterOptions) {
    this.#points = points;
    this.#milliseconds = seconds * 1_000;
    this.#shared = shared;
    this.#log = log;
    this.#timer = setInterval(() => void this.#report(), SYNC_MILLISECONDS);
    this.#timer.unref();
  }

  /** Takes the points if that many are left. */
  take(key: string, points = 1): Taken {
    const now = Date.now();
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      window = { count: 0, reported: 0, elsewhere: 0, endsAt: now + this.#milliseconds };
      this.#windows.set(key, window);
    }
    const left = this.#points - window.count - window.elsewhere;
    const isAllowed = points <= left;
    if (isAllowed) window.count += points;
    if (window.count >= this.#points * SHARED_FROM) this.#unreported.add(key);
    return {
      isAllowed,
      limit: this.#points,
      remaining: Math.max(0, isAllowed ? left - points : left),
      secondsLeft: Math.ceil((window.endsAt - now) / 1_000),
    };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #report(): Promise<void> {
    const keys = [...this.#unreported];
    this.#unreported.clear();
    try {
      await Promise.all(keys.map((key) => this.#reportKey(key)));
    } catch (error) {
      this.#log.debug({ error: String(error) }, 'the counts of the fleet could not be read');
    }
  }

  async #reportKey(key: string): Promise<void> {
    const window = this.#windows.get(key);
    if (window === undefined) return;
    const added = window.count - window.reported;
    window.reported = window.count;
    const { consumedPoints, msBeforeNext } = await this.#shared.penalty(key, added);
    window.elsewhere = Math.max(0, consumedPoints - window.reported);
    window.endsAt = Math.min(window.endsAt, Date.now() + Math.max(0, msBeforeNext));
  }
}
