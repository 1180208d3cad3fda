import { expect, test } from 'vitest';
import { CoalescingWriter } from './coalescing-writer.js';

/** Records the batches; each is written when it is released. */
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

test('requests that arrive during a batch form the next one, in order', async () => {
  const { writer, batch, batches } = heldWriter();
  const results = [writer.write('a'), writer.write('b')];
  expect((await batch(0)).requests).toEqual(['a', 'b']);
  results.push(...['c', 'd', 'e'].map((request) => writer.write(request)));
  expect(batches).toHaveLength(1);
  (await batch(0)).release();
  (await batch(1)).release();
  expect(await Promise.all(results)).toEqual(['A', 'B', 'C', 'D', 'E']);
  expect(batches.map(({ requests }) => requests)).toEqual([
    ['a', 'b'],
    ['c', 'd', 'e'],
  ]);
});

test('a batch is no larger than allowed', async () => {
  const { writer, batch, batches } = heldWriter(2);
  const results = ['a', 'b', 'c'].map((request) => writer.write(request));
  (await batch(0)).release();
  (await batch(1)).release();
  await Promise.all(results);
  expect(batches.map(({ requests }) => requests.length)).toEqual([2, 1]);
});

test('a request that the database refuses fails alone', async () => {
  const writer = new CoalescingWriter<number, number>({
    maximumBatch: 100,
    async write(requests) {
      if (requests.includes(2)) throw Object.assign(new Error('bad uuid'), { code: '22P02', severity: 'ERROR' });
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

test('all requests of a batch fail with a lost connection, and later ones are tried', async () => {
  const { writer, batch } = heldWriter();
  const results = Promise.allSettled(['a', 'b'].map((request) => writer.write(request)));
  (await batch(0)).fail(new Error('connection lost'));
  expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const later = writer.write('c');
  (await batch(1)).release();
  expect(await later).toBe('C');
});

test('it is idle when every request has its result', async () => {
  const { writer, batch } = heldWriter();
  const results = writer.write('a');
  let isIdle = false;
  const idle = writer.idle().then(() => {
    isIdle = true;
  });
  const first = await batch(0);
  expect(isIdle).toBe(false);
  first.release();
  await Promise.all([results, idle]);
});
