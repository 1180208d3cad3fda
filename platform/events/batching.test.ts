import { expect, it } from 'vitest';
import { batching } from './batching.js';

/** A handle that goes on when it is let, and what it was called with. */
function heldHandle(refused: readonly number[] = []) {
  const calls: (readonly number[])[] = [];
  const held: (() => void)[] = [];
  return {
    calls,
    async handle(items: readonly number[]): Promise<void> {
      calls.push(items);
      await new Promise<void>((resolve) => held.push(resolve));
      if (items.some((item) => refused.includes(item))) throw new Error(`refuses ${items}`);
    },
    /** Lets go whatever is under way, until nothing is. */
    async letGo(): Promise<void> {
      while (held.length > 0) {
        held.shift()?.();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

it('handles a lone job at once, and together what comes meanwhile, in the order of coming', async () => {
  const { calls, handle, letGo } = heldHandle();
  const job = batching(handle, { handlesAtOnce: 1, mostItems: 10 });
  const jobs = [job([1]), job([2, 3]), job([4])];
  expect(calls).toEqual([[1]]);
  await letGo();
  await Promise.all(jobs);
  expect(calls).toEqual([[1], [2, 3, 4]]);
});

it('joins no more than was said, and lets one job be larger', async () => {
  const { calls, handle, letGo } = heldHandle();
  const job = batching(handle, { handlesAtOnce: 1, mostItems: 3 });
  const jobs = [job([1]), job([2, 3]), job([4, 5]), job([6, 7, 8, 9]), job([10])];
  await letGo();
  await Promise.all(jobs);
  expect(calls).toEqual([[1], [2, 3], [4, 5], [6, 7, 8, 9], [10]]);
});

it('has as many handles under way as was said', async () => {
  const { calls, handle, letGo } = heldHandle();
  const job = batching(handle, { handlesAtOnce: 2, mostItems: 10 });
  const jobs = [job([1]), job([2]), job([3])];
  expect(calls).toEqual([[1], [2]]);
  await letGo();
  await Promise.all(jobs);
  expect(calls).toEqual([[1], [2], [3]]);
});

it('fails the job at fault and none that were handled with it', async () => {
  const { calls, handle, letGo } = heldHandle([3]);
  const job = batching(handle, { handlesAtOnce: 1, mostItems: 10 });
  const jobs = [job([1]), job([2]), job([3]), job([4])];
  const outcomes = Promise.allSettled(jobs);
  await letGo();
  expect((await outcomes).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(calls).toEqual([[1], [2, 3, 4], [2], [3], [4]]);
});

it('goes on after a failure', async () => {
  const { handle, letGo } = heldHandle([1]);
  const job = batching(handle, { handlesAtOnce: 1, mostItems: 10 });
  const failing = Promise.allSettled([job([1])]);
  await letGo();
  expect(await failing).toMatchObject([{ status: 'rejected' }]);
  const next = job([2]);
  await letGo();
  await expect(next).resolves.toBeUndefined();
});
