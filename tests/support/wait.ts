/** Waiting for a condition, never for a time: the limit is only reached by what would never come true. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `check` until it returns without throwing, and answers what it returned; past the limit, its last error. */
export async function eventually<Result>(
  check: () => Result | Promise<Result>,
  { timeout = 60_000, interval = 50 }: { timeout?: number; interval?: number } = {},
): Promise<Result> {
  const limit = Date.now() + timeout;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > limit) throw error;
    }
    await sleep(interval);
  }
}
