import { expect, test } from 'vitest';
import { EventQueue } from './event-queue.js';

function queueOf(capacity?: number) {
  const returned: string[] = [];
  const queue = new EventQueue<number>({
    ...(capacity === undefined ? {} : { capacity }),
    overrun: () => new Error('too slow'),
    onReturn: () => returned.push('returned'),
  });
  return { queue, returned };
}

test('events are read in order, whether they wait or are waited for', async () => {
  const { queue } = queueOf();
  queue.push(1);
  queue.push(2);
  const read = [await queue.next(), await queue.next()];
  const third = queue.next();
  queue.push(3);
  expect([...read, await third].map(({ value }) => value)).toEqual([1, 2, 3]);
});

test('what was pushed before the end is read before the end, and before its error', async () => {
  const { queue } = queueOf();
  queue.push(1);
  queue.end(new Error('gone'));
  queue.push(2);
  expect(await queue.next()).toEqual({ done: false, value: 1 });
  await expect(queue.next()).rejects.toThrow('gone');
  expect(await queue.next()).toEqual({ done: true, value: undefined });
});

test('a reader that waits is told of the end', async () => {
  const ended = queueOf().queue;
  const waiting = ended.next();
  ended.end();
  expect(await waiting).toEqual({ done: true, value: undefined });

  const failed = queueOf().queue;
  const hoping = failed.next();
  failed.end(new Error('gone'));
  await expect(hoping).rejects.toThrow('gone');
});

test('a reader that falls too far behind is told so, and whoever pushes is let go', async () => {
  const { queue, returned } = queueOf(2);
  for (const event of [1, 2, 3, 4]) queue.push(event);
  expect(returned).toEqual(['returned']);
  await expect(queue.next()).rejects.toThrow('too slow');
});

test('returning ends it once, and wakes who waits', async () => {
  const { queue, returned } = queueOf();
  const waiting = queue.next();
  await queue.return();
  await queue.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(returned).toEqual(['returned']);
});
