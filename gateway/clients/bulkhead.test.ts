/** Who is let in, who waits, and who is sent away. */
import { expect, test } from 'vitest';
import { Bulkhead, NoRoom } from './bulkhead.js';

const { signal } = new AbortController();

const inAnHour = () => performance.now() + 3_600_000;

test('there is room for so many at once, and the others come in as they came', async () => {
  const bulkhead = new Bulkhead({ concurrent: 2, waiting: 2 });
  expect([bulkhead.enter(signal, inAnHour()), bulkhead.enter(signal, inAnHour())]).toEqual([
    undefined,
    undefined,
  ]);
  const came: number[] = [];
  const waiting = [1, 2].map((n) => bulkhead.enter(signal, inAnHour())?.then(() => came.push(n)));
  expect(() => bulkhead.enter(signal, inAnHour())).toThrow(NoRoom);
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

test('who goes away makes room for others to wait, and has no turn', async () => {
  const bulkhead = new Bulkhead({ concurrent: 1, waiting: 1 });
  bulkhead.enter(signal, inAnHour());
  const gone = new AbortController();
  const inVain = bulkhead.enter(gone.signal, inAnHour());
  gone.abort();
  await expect(inVain).rejects.toThrow(NoRoom);
  expect(() => bulkhead.enter(gone.signal, inAnHour())).toThrow(NoRoom);
  const next = bulkhead.enter(signal, inAnHour());
  bulkhead.leave();
  expect(await next).toBeUndefined();
});

test('nobody waits beyond the deadline', async () => {
  const bulkhead = new Bulkhead({ concurrent: 1, waiting: 1 });
  bulkhead.enter(signal, inAnHour());
  await expect(bulkhead.enter(signal, performance.now() + 5)).rejects.toThrow(NoRoom);
});
