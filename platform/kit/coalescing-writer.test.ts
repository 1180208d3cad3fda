import { expect, test } from 'vitest';
import { CoalescingWriter, type CoalescingWriterOptions } from './coalescing-writer.js';

/** Records the batches; each is written when it is released. */
function heldWriter(maximumBatch = 100, options: Partial<CoalescingWriterOptions<string, string>> = {}) {
  const batches: { requests: readonly string[]; release(): void; fail(error: Error): void }[] = [];
  const writer = new CoalescingWriter<string, string>({
    ...options,
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
      if (requests.includes(2))
        throw Object.assign(new Error('bad uuid'), { code: '22P02', severity: 'ERROR' });
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

test('a batch holds requests up to its size, or a single larger one', async () => {
  const { writer, batch, batches } = heldWriter(3, { sizeOf: (request) => request.length });
  const results = ['a', 'bb', 'cc', 'dddd', 'e'].map((request) => writer.write(request));
  for (const index of [0, 1, 2, 3]) (await batch(index)).release();
  await Promise.all(results);
  expect(batches.map(({ requests }) => requests)).toEqual([['a', 'bb'], ['cc'], ['dddd'], ['e']]);
});

test('as many batches are in progress at once as configured', async () => {
  const { writer, batch, batches } = heldWriter(100, { concurrency: 2 });
  const results = [writer.write('a')];
  const first = await batch(0);
  results.push(writer.write('b'));
  const second = await batch(1);
  results.push(writer.write('c'), writer.write('d'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(batches).toHaveLength(2);
  second.release();
  (await batch(2)).release();
  first.release();
  expect(await Promise.all(results)).toEqual(['A', 'B', 'C', 'D']);
  expect(batches.map(({ requests }) => requests)).toEqual([['a'], ['b'], ['c', 'd']]);
  await writer.idle();
});

test('by a rule of its own, a batch that fails is written one by one', async () => {
  const writer = new CoalescingWriter<number, number>({
    maximumBatch: 100,
    isOwnFault: () => true,
    async write(requests) {
      if (requests.includes(2)) throw new Error('cannot be applied');
      return requests;
    },
  });
  const results = await Promise.allSettled([1, 2, 3].map((request) => writer.write(request)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await writer.write(4)).toBe(4);
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
