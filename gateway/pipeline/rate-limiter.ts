/**
 * So many points a key in a window of time. Deciding never waits: each gateway counts in memory, and those that come near
 * the bound are added up with the other gateways' counts four times a second. A fleet can so let through a little more
 * than the bound, and a store that is away costs nothing but that.
 */
import { LRUCache } from 'lru-cache';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Log } from '../../platform/log.js';

export interface RateLimiterOptions {
  /** Points in a window. */
  readonly points: number;
  /** Length of the window, in seconds. */
  readonly seconds: number;
  /** What the fleet has counted. */
  readonly shared: RateLimiterAbstract;
  readonly log: Log;
}

export interface Taken {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until the window ends, in whole seconds. */
  readonly secondsLeft: number;
}

interface Window {
  /** Counted here. */
  count: number;
  /** Of those, what the store knows of. */
  reported: number;
  /** Counted by others. */
  elsewhere: number;
  endsAt: number;
}

const SYNC_MILLISECONDS = 250;
/** Keys below this part of the bound are counted in this process alone. */
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

  /** Takes the points if they are there. */
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
      this.#log.debug({ error: String(error) }, 'counts of the fleet are not known');
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
