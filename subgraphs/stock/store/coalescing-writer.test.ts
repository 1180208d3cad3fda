import { expect, test } from 'vitest';
import { CoalescingWriter } from './coalescing-writer.js';

/** Writes when it is told to, and remembers the batches. */
function heldWriter(maximumBatch = 100) {
  const batches: { requests: readonly string[]; release(): void; fail(error: Error): void }[] = [];
  const writer = new CoalescingWriter<string, string>({
    maximumBatch,
    write: (requests) =>
      new Promise((resolve, reject) => {
        const release = () => resolve(requests.map((request) => request.toUpperCase()));
        batches.push({ requests, release, fail: reject });
      }),
  });
  const batch = async (index: number) => {
    for (;;) {
      const found = batches[index];
      if (found) return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { writer, batch, batches };
}

test('what is asked while a batch is under way goes into the next one, in order', async () => {
  const { writer, batch, batches } = heldWriter();
  const asked = [writer.write('a'), writer.write('b')];
  expect((await batch(0)).requests).toEqual(['a', 'b']);
  asked.push(...['c', 'd', 'e'].map((request) => writer.write(request)));
  expect(batches).toHaveLength(1);
  (await batch(0)).release();
  (await batch(1)).release();
  expect(await Promise.all(asked)).toEqual(['A', 'B', 'C', 'D', 'E']);
  expect(batches.map(({ requests }) => requests)).toEqual([
    ['a', 'b'],
    ['c', 'd', 'e'],
  ]);
});

test('a batch is no larger than allowed', async () => {
  const { writer, batch, batches } = heldWriter(2);
  const asked = ['a', 'b', 'c'].map((request) => writer.write(request));
  (await batch(0)).release();
  (await batch(1)).release();
  await Promise.all(asked);
  expect(batches.map(({ requests }) => requests.length)).toEqual([2, 1]);
});

test('one request that the database refuses fails alone', async () => {
  const writer = new CoalescingWriter<number, number>({
    maximumBatch: 100,
    async write(requests) {
      if (requests.includes(2)) throw Object.assign(new Error('bad uuid'), { code: '22P02' });
      return requests.map((request) => request * 10);
    },
  });
  const results = await Promise.allSettled([1, 2, 3].map((request) => writer.write(request)));
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'refused'))).toEqual([
    10,
    'refused',
    30,
  ]);
});

test('when the database is away all fail, and what is asked later is tried', async () => {
  const { writer, batch } = heldWriter();
  const asked = Promise.allSettled(['a', 'b'].map((request) => writer.write(request)));
  (await batch(0)).fail(new Error('connection lost'));
  expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const later = writer.write('c');
  (await batch(1)).release();
  expect(await later).toBe('C');
});

test('it is idle when everything that was asked is answered', async () => {
  const { writer, batch } = heldWriter();
  const asked = writer.write('a');
  let isIdle = false;
  const idle = writer.idle().then(() => {
    isIdle = true;
  });
  const first = await batch(0);
  expect(isIdle).toBe(false);
  first.release();
  await Promise.all([asked, idle]);
});
