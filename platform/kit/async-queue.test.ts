import { expect, test } from 'vitest';
import { AsyncQueue } from './async-queue.js';

const overrun = () => new Error('too slow');
const failing = (capacity: number, onReturn?: () => void) =>
  new AsyncQueue<number>({
    overflow: { kind: 'fail', capacity, error: overrun },
    ...(onReturn && { onReturn }),
  });
const latest = () =>
  new AsyncQueue<{ key: string; value: number }>({
    overflow: { kind: 'latest-by-key', keyOf: ({ key }) => key },
  });

test('items are read in the order in which they were pushed', async () => {
  const queue = failing(100);
  const first = queue.next();
  for (let item = 0; item < 80; item += 1) queue.push(item);
  queue.end();
  const rest: number[] = [];
  expect(await first).toEqual({ done: false, value: 0 });
  for await (const item of queue) rest.push(item);
  expect(rest).toEqual(Array.from({ length: 79 }, (_, index) => index + 1));
});

test('a queue stays within its bound while it is read', async () => {
  const queue = failing(2);
  for (let item = 0; item < 200; item += 1) {
    queue.push(item);
    queue.push(item);
    expect(queue.size).toBe(2);
    await queue.next();
    await queue.next();
  }
});

test('a reader that falls behind is failed at once, and the writer is released', async () => {
  let returns = 0;
  const queue = failing(2, () => {
    returns += 1;
  });
  for (const item of [1, 2, 3, 4]) queue.push(item);
  await expect(queue.next()).rejects.toThrow('too slow');
  expect(await queue.next()).toEqual({ done: true, value: undefined });
  expect(returns).toBe(1);
  expect(queue.size).toBe(0);
});

test('an error at the end comes after the items that were pushed before it', async () => {
  const queue = failing(10);
  queue.push(1);
  queue.end(new Error('upstream is away'));
  queue.push(2);
  expect(await queue.next()).toEqual({ done: false, value: 1 });
  await expect(queue.next()).rejects.toThrow('upstream is away');
  expect(await queue.next()).toEqual({ done: true, value: undefined });
});

test('readers who wait are ended with the queue, the first of them by its error', async () => {
  const queue = failing(10);
  const [first, second] = [queue.next(), queue.next()];
  queue.end(new Error('upstream is away'));
  await expect(first).rejects.toThrow('upstream is away');
  expect(await second).toEqual({ done: true, value: undefined });
});

test('returning ends a pending read, drops what is waiting and releases the writer once', async () => {
  let returns = 0;
  const queue = failing(10, () => {
    returns += 1;
  });
  const pending = queue.next();
  await queue.return();
  await queue.return();
  queue.push(1);
  expect(await pending).toEqual({ done: true, value: undefined });
  expect(await queue.next()).toEqual({ done: true, value: undefined });
  expect(returns).toBe(1);
});

test('the writer that ends the queue is not called back', async () => {
  let returns = 0;
  const queue = failing(10, () => {
    returns += 1;
  });
  queue.end();
  await queue.return();
  expect(returns).toBe(0);
});

test('the latest item of a key takes the place of the one that waits', async () => {
  const queue = latest();
  for (const [key, value] of [
    ['a', 1],
    ['b', 1],
    ['a', 2],
  ] as const)
    queue.push({ key, value });
  expect(queue.size).toBe(2);
  expect((await queue.next()).value).toEqual({ key: 'a', value: 2 });
  queue.push({ key: 'a', value: 3 });
  expect((await queue.next()).value).toEqual({ key: 'b', value: 1 });
  expect((await queue.next()).value).toEqual({ key: 'a', value: 3 });
});
