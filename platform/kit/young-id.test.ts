import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { newId } from '../ids.js';
import { loaderById } from './loaders.js';
import { findYoung, isYoung, loadYoung } from './young-id.js';

const aged = (milliseconds: number) => v7({ msecs: Date.now() - milliseconds });

/** A source where a row appears at the given look; counts the looks. */
function sourceWhereRowAppearsAt(look: number) {
  let looks = 0;
  return {
    looks: () => looks,
    async find() {
      looks += 1;
      return looks >= look ? 'row' : null;
    },
  };
}

test('what is there is found at the first look', async () => {
  const source = sourceWhereRowAppearsAt(1);
  expect(await findYoung(newId(), source.find)).toBe('row');
  expect(source.looks()).toBe(1);
});

test('a young id is looked for again until its row is there', async () => {
  expect(await findYoung(newId(), sourceWhereRowAppearsAt(4).find)).toBe('row');
});

test('a young id that never appears is not found in the end', async () => {
  const source = sourceWhereRowAppearsAt(Number.POSITIVE_INFINITY);
  expect(await findYoung(newId(), source.find)).toBeNull();
  expect(source.looks()).toBe(8);
});

test.each([
  ['an old id', aged(60_000)],
  ['an id from the future', aged(-60_000)],
  ['what is no id', 'x'],
  ['an id of another version', '7e0a1f9e-1a2b-4c3d-8e9f-0a1b2c3d4e5f'],
])('%s is looked for once', async (_, id) => {
  const source = sourceWhereRowAppearsAt(2);
  expect(await findYoung(id, source.find)).toBeNull();
  expect(source.looks()).toBe(1);
});

test('ids are young for ten seconds, and allow for clocks that differ by two', () => {
  const now = Date.now();
  const age = (milliseconds: number) => isYoung(v7({ msecs: now - milliseconds }), now);
  expect([0, 10_000, -2_000].map(age)).toEqual([true, true, true]);
  expect([10_001, -2_001].map(age)).toEqual([false, false]);
});

test('a loader reads a young id again, and caches what it found', async () => {
  const source = sourceWhereRowAppearsAt(3);
  const id = newId();
  const loader = loaderById(async () => ((await source.find()) === null ? [] : [{ id }]));
  expect(await loadYoung(loader, id)).toEqual({ id });
  expect(await loader.load(id)).toEqual({ id });
  expect(source.looks()).toBe(3);
});
