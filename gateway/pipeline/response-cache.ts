/**
 * Caches answers that are the same for every caller, for as long as their hints allow. A change reported from elsewhere empties
 * it, and so does a mutation through this gateway at a service that any answer came from. An answer that was under way
 * meanwhile is not cached, since it may show the former state.
 */
import { LRUCache } from 'lru-cache';
import type { SerializedResponse } from '../execution/execute.js';

const MAXIMUM_CHARACTERS = 32 * 2 ** 20;

export interface Keeping {
  readonly seconds: number;
  /** Where the answer comes from. */
  readonly services: ReadonlySet<string>;
}

export class ResponseCache {
  readonly #answers = new LRUCache<string, SerializedResponse>({
    maxSize: MAXIMUM_CHARACTERS,
    sizeCalculation: ({ text }, key) => text.length + key.length,
  });
  /** The services that any of them came from, or may be coming from. */
  readonly #services = new Set<string>();
  #purges = 0;
  #hits = 0;

  get(key: string): SerializedResponse | undefined {
    const answer = this.#answers.get(key);
    if (answer !== undefined) this.#hits += 1;
    return answer;
  }

  /** The answer of `run`, cached if it has no errors and nothing was invalidated meanwhile. */
  async fill(
    key: string,
    { seconds, services }: Keeping,
    run: () => Promise<SerializedResponse>,
  ): Promise<SerializedResponse> {
    for (const service of services) this.#services.add(service);
    const before = this.#purges;
    const answer = await run();
    if (isWhole(answer) && before === this.#purges) this.#answers.set(key, answer, { ttl: seconds * 1_000 });
    return answer;
  }

  /** Something may have changed at these services. */
  changedAt(services: ReadonlySet<string>): void {
    if ([...services].some((service) => this.#services.has(service))) this.clear();
  }

  clear(): void {
    this.#purges += 1;
    this.#answers.clear();
  }

  /** Rises whenever it is emptied. */
  get purges(): number {
    return this.#purges;
  }

  get hits(): number {
    return this.#hits;
  }
}

/** Whether all went well: errors stand first in an answer. */
export function isWhole({ text, hasData }: SerializedResponse): boolean {
  return hasData && !text.startsWith('{"errors"');
}
