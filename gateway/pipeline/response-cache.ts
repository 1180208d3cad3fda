/**
 * Caches responses that are the same for every caller, or for those with the same roles, for as long as their hints allow. It is cleared by an invalidation from
 * elsewhere, and by a mutation through this gateway at a service that any cached response came from. A response whose execution
 * began before that is not cached: it may show the former state.
 */
import { LRUCache } from 'lru-cache';
import type { SerializedResponse } from '../execution/execute.js';

const MAXIMUM_CHARACTERS = 32 * 2 ** 20;

/** How a response is cached. */
export interface CacheEntryOptions {
  readonly seconds: number;
  /** Where the response comes from. */
  readonly services: ReadonlySet<string>;
}

export class ResponseCache {
  readonly #responses = new LRUCache<string, SerializedResponse>({
    maxSize: MAXIMUM_CHARACTERS,
    sizeCalculation: ({ text }, key) => text.length + key.length,
  });
  /** The services of every cached response, and of those being executed to be cached. */
  readonly #services = new Set<string>();
  #purges = 0;
  #hits = 0;

  get(key: string): SerializedResponse | undefined {
    const response = this.#responses.get(key);
    if (response !== undefined) this.#hits += 1;
    return response;
  }

  /** Executes `run`, and caches its response if it has no errors and the cache was not cleared meanwhile. */
  async fill(
    key: string,
    { seconds, services }: CacheEntryOptions,
    run: () => Promise<SerializedResponse>,
  ): Promise<SerializedResponse> {
    for (const service of services) this.#services.add(service);
    const before = this.#purges;
    const response = await run();
    if (isWhole(response) && before === this.#purges)
      this.#responses.set(key, response, { ttl: seconds * 1_000 });
    return response;
  }

  /** Clears the cache if any response comes from one of these services, whose data may have changed. */
  changedAt(services: ReadonlySet<string>): void {
    if ([...services].some((service) => this.#services.has(service))) this.clear();
  }

  clear(): void {
    this.#purges += 1;
    this.#responses.clear();
  }

  /** How often it was cleared. */
  get purges(): number {
    return this.#purges;
  }

  get hits(): number {
    return this.#hits;
  }
}

/** Whether a response has data and no errors, which would come first. */
export function isWhole({ text, hasData }: SerializedResponse): boolean {
  return hasData && !text.startsWith('{"errors"');
}
