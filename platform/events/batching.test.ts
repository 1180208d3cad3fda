import { expect, it } from 'vitest';
import { batching } from './batching.js';

/** A handler that waits until it is released, and records its calls. */
function heldHandler(refused: readonly number[] = []) {
  const calls: (readonly number[])[] = [];
  const held: (() => void)[] = [];
  return {
    calls,
    async handle(items: readonly number[]): Promise<void> {
      calls.push(items);
      await new Promise<void>((resolve) => held.push(resolve));
      if (items.some((item) => refused.includes(item))) throw new Error(`refuses ${items}`);
    },
    /** Releases every call, until none is in progress. */
    async release(): Promise<void> {
      while (held.length > 0) {
        held.shift()?.();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

it('handles a lone job at once, and joins the jobs that arrive meanwhile, in their order', async () => {
  const { calls, handle, release } = heldHandler();
  const job = batching(handle, { handlesAtOnce: 1, maximumItems: 10 });
  const jobs = [job([1]), job([2, 3]), job([4])];
  expect(calls).toEqual([[1]]);
  await release();
  await Promise.all(jobs);
  expect(calls).toEqual([[1], [2, 3, 4]]);
});

it('joins no more items than the maximum, except of a single larger job', async () => {
  const { calls, handle, release } = heldHandler();
  const job = batching(handle, { handlesAtOnce: 1, maximumItems: 3 });
  const jobs = [job([1]), job([2, 3]), job([4, 5]), job([6, 7, 8, 9]), job([10])];
  await release();
  await Promise.all(jobs);
  expect(calls).toEqual([[1], [2, 3], [4, 5], [6, 7, 8, 9], [10]]);
});

it('handles as many batches at once as configured', async () => {
  const { calls, handle, release } = heldHandler();
  const job = batching(handle, { handlesAtOnce: 2, maximumItems: 10 });
  const jobs = [job([1]), job([2]), job([3])];
  expect(calls).toEqual([[1], [2]]);
  await release();
  await Promise.all(jobs);
  expect(calls).toEqual([[1], [2], [3]]);
});

it('fails the job at fault and none of those joined with it', async () => {
  const { calls, handle, release } = heldHandler([3]);
  const job = batching(handle, { handlesAtOnce: 1, maximumItems: 10 });
  const jobs = [job([1]), job([2]), job([3]), job([4])];
  const outcomes = Promise.allSettled(jobs);
  await release();
  expect((await outcomes).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  expect(calls).toEqual([[1], [2, 3, 4], [2], [3], [4]]);
});

it('continues after a failure', async () => {
  const { handle, release } = heldHandler([1]);
  const job = batching(handle, { handlesAtOnce: 1, maximumItems: 10 });
  const failing = Promise.allSettled([job([1])]);
  await release();
  expect(await failing).toMatchObject([{ status: 'rejected' }]);
  const next = job([2]);
  await release();
  await expect(next).resolves.toBeUndefined();
});
