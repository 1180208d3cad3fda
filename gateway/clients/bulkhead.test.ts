import { expect, test } from 'vitest';
import { Bulkhead, BulkheadFull } from './bulkhead.js';

const { signal } = new AbortController();

const inAnHour = () => performance.now() + 3_600_000;

test('calls beyond the limit wait, and start in the order they came', async () => {
  const bulkhead = new Bulkhead({ concurrent: 2, waiting: 2 });
  expect([bulkhead.enter(signal, inAnHour()), bulkhead.enter(signal, inAnHour())]).toEqual([
    undefined,
    undefined,
  ]);
  const came: number[] = [];
  const waiting = [1, 2].map((n) => bulkhead.enter(signal, inAnHour())?.then(() => came.push(n)));
  expect(() => bulkhead.enter(signal, inAnHour())).toThrow(BulkheadFull);
  bulkhead.leave();
  await waiting[0];
  expect(came).toEqual([1]);
  bulkhead.leave();
  await waiting[1];
  expect(came).toEqual([1, 2]);
  for (let left = 0; left < 2; left += 1) bulkhead.leave();
  expect([bulkhead.enter(signal, inAnHour()), bulkhead.enter(signal, inAnHour())]).toEqual([
    undefined,
    undefined,
  ]);
});

test('an aborted call leaves the queue to others and never starts', async () => {
  const bulkhead = new Bulkhead({ concurrent: 1, waiting: 1 });
  bulkhead.enter(signal, inAnHour());
  const gone = new AbortController();
  const inVain = bulkhead.enter(gone.signal, inAnHour());
  gone.abort();
  await expect(inVain).rejects.toThrow(BulkheadFull);
  expect(() => bulkhead.enter(gone.signal, inAnHour())).toThrow(BulkheadFull);
  const next = bulkhead.enter(signal, inAnHour());
  bulkhead.leave();
  expect(await next).toBeUndefined();
});

test('a call fails at its deadline', async () => {
  const bulkhead = new Bulkhead({ concurrent: 1, waiting: 1 });
  bulkhead.enter(signal, inAnHour());
  await expect(bulkhead.enter(signal, performance.now() + 5)).rejects.toThrow(BulkheadFull);
});
