import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { keyedMutex } from './keyed-mutex.js';

describe('keyedMutex', () => {
  /** Runs five pieces of work, each a few ticks long, and tells how many ran at once at the most. */
  async function mostAtOnce(keyOf: (index: number) => string): Promise<number> {
    const turn = keyedMutex();
    let running = 0;
    let most = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await setImmediate();
      running -= 1;
    };
    await Promise.all([0, 1, 2, 3, 4].map((index) => turn(keyOf(index), work)));
    return most;
  }

  it('lets one at a time work on the same thing', async () => {
    expect(await mostAtOnce(() => 'same')).toBe(1);
  });

  it('keeps nobody from working on something else', async () => {
    expect(await mostAtOnce((index) => String(index))).toBe(5);
  });

  it('answers each with its own outcome, and goes on after a failure', async () => {
    const turn = keyedMutex();
    const failed = turn('same', () => Promise.reject(new Error('No')));
    const next = turn('same', async () => 'yes');
    await expect(failed).rejects.toThrow('No');
    expect(await next).toBe('yes');
  });
});
