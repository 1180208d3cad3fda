import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Turns } from './turns.js';

describe('turns', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const TIMES = { inAll: 60_000, longest: 25_000, shortest: 1_000 };
  const pass = async (milliseconds: number) => {
    vi.setSystemTime(Date.now() + milliseconds);
  };

  it('are taken one at a time, in the order of request', async () => {
    const turns = new Turns(2, TIMES);
    const course: string[] = [];
    const take = (name: string) =>
      turns.take(async () => {
        course.push(`${name} begins`);
        await new Promise(setImmediate);
        course.push(`${name} ends`);
      });
    await Promise.all([take('first'), take('second')]);
    expect(course).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('end within the whole although each takes its limit: the first are long, the last short', async () => {
    const turns = new Turns(5, TIMES);
    const limits: number[] = [];
    const takeWhole = () =>
      turns.take(async (limit) => {
        limits.push(limit);
        await pass(limit);
      });
    await Promise.all([takeWhole(), takeWhole(), takeWhole(), takeWhole(), takeWhole()]);
    expect(limits).toEqual([25_000, 25_000, 8_000, 1_000, 1_000]);
  });

  it('leave to the later ones what the earlier did not take', async () => {
    const turns = new Turns(3, TIMES);
    await turns.take(() => pass(40_000));
    expect(await turns.take(async (limit) => limit)).toBe(19_000);
  });

  it('have their least time even when the whole has passed', async () => {
    const turns = new Turns(2, TIMES);
    await pass(70_000);
    expect(await turns.take(async (limit) => limit)).toBe(1_000);
  });

  it('go on after one that failed', async () => {
    const turns = new Turns(2, TIMES);
    const failed = turns.take(async () => {
      throw new Error('it does not run');
    });
    await expect(failed).rejects.toThrow('it does not run');
    expect(await turns.take(async () => 'served')).toBe('served');
  });
});
