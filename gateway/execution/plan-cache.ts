/**
 * Caches prepared operations by key, bounded by count and by bytes, least recently used ones evicted first: a client that
 * sends ever new operations evicts plans and takes no more memory. An operation heavier than the bound is not cached.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { PreparedOperation } from './prepare.js';

export interface PlanCacheOptions {
  /** Most operations cached. Default 1,000. */
  readonly maxOperations?: number;
  /** Most bytes cached, roughly. Default 64 MiB. */
  readonly maxBytes?: number;
}

export interface PlanCacheStats {
  readonly hits: number;
  readonly misses: number;
  readonly operations: number;
  readonly bytes: number;
}

/** The key of an operation: what was sent, which of its operations is meant, and whatever else made a difference. */
export function operationKey(source: string, operationName?: string, ...more: readonly string[]): string {
  const hash = createHash('sha256').update(source);
  for (const part of [operationName ?? '', ...more]) hash.update('\0').update(part);
  return hash.digest('base64url');
}

export class PlanCache {
  readonly #operations: LRUCache<string, PreparedOperation>;
  #hits = 0;
  #misses = 0;

  constructor({ maxOperations = 1_000, maxBytes = 64 * 2 ** 20 }: PlanCacheOptions = {}) {
    this.#operations = new LRUCache({
      max: maxOperations,
      maxSize: maxBytes,
      sizeCalculation: ({ weight }) => Math.max(1, weight),
    });
  }

  /** The cached operation, or the one that `make` prepares. When `make` throws, nothing is cached. */
  get(key: string, make: () => PreparedOperation): PreparedOperation {
    const cached = this.#operations.get(key);
    if (cached) {
      this.#hits += 1;
      return cached;
    }
    this.#misses += 1;
    const made = make();
    this.#operations.set(key, made);
    return made;
  }

  /** For when the supergraph changes. The counters go on. */
  clear(): void {
    this.#operations.clear();
  }

  get stats(): PlanCacheStats {
    return {
      hits: this.#hits,
      misses: this.#misses,
      operations: this.#operations.size,
      bytes: this.#operations.calculatedSize,
    };
  }
}
