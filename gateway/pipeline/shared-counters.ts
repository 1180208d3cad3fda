/**
 * Counters shared by the gateways of a fleet, in Redis or PostgreSQL; a single gateway has them in memory. While the store is
 * unavailable each gateway counts for itself, and no request waits for it.
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
  /** Letters and underscores. Counters of the same name are the same counter. */
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
        log.warn({ error: error.message }, 'limits are counted by this process alone');
        resolve(insuranceLimiter);
      },
    );
  });
}
