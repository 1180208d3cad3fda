/** A real Redis for the length of a test file: on a free loopback port, in memory alone. */
import { REDIS_PROGRAMS, type RunningRedis, startRedisServer } from '../../deploy/local-fleet/redis.js';
import { describeNeeding } from './program.js';

export type { RunningRedis };

export const describeWithRedis = describeNeeding(...REDIS_PROGRAMS);

/** @param options.port to come back where a former one was. Default: a free port. */
export function startRedis(options: { port?: number } = {}): Promise<RunningRedis> {
  return startRedisServer(options);
}
