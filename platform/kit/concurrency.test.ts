import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { keyedMutex } from './concurrency.js';

describe('keyedMutex', () => {
  /** The most that ran at once, of five pieces of work that are each a few ticks long. */
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

  it('runs work on the same key one at a time', async () => {
    expect(await mostAtOnce(() => 'same')).toBe(1);
  });

  it('does not delay work on another key', async () => {
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
