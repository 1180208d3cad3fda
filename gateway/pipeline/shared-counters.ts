/**
 * Counters that all gateways of a fleet share, on Redis or PostgreSQL, and in memory where a gateway is alone. While the store
 * is away each gateway counts for itself, and no request waits for the store.
 */
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
} from 'rate-limiter-flexible';
import type { Log } from '../../platform/log.js';

export interface CounterStores {
  readonly redis: Redis | null;
  readonly pool: Pool | null;
}

export interface CounterOptions {
  /** Letters and underscores; counters of one name are one. */
  readonly name: string;
  readonly points: number;
  /** Seconds until a key's count is reset. */
  readonly duration: number;
}

export const ALONE: CounterStores = { redis: null, pool: null };

const TABLE = 'rate_limits';

export async function openCounter(
  { redis, pool }: CounterStores,
  { name, points, duration }: CounterOptions,
  log: Log,
): Promise<RateLimiterAbstract> {
  const options = { keyPrefix: name, points, duration };
  const insuranceLimiter = new RateLimiterMemory(options);
  if (redis !== null) {
    const shared = { ...options, insuranceLimiter, rejectIfRedisNotReady: true };
    return new RateLimiterRedis({ ...shared, storeClient: redis });
  }
  if (pool === null) return insuranceLimiter;
  return new Promise((resolve) => {
    const limiter = new RateLimiterPostgres(
      {
        ...options,
        insuranceLimiter,
        storeClient: pool,
        storeType: 'pool',
        tableName: TABLE,
        clearExpiredByTimeout: true,
      },
      (error) => {
        if (error === undefined) return resolve(limiter);
        log.warn({ error: error.message }, 'limits are kept by this process alone');
        resolve(insuranceLimiter);
      },
    );
  });
}
