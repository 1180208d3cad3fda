import { expect, test } from 'vitest';
import { newId } from '../ids.js';
import { listLoaderById, loaderById, loaderByKey, loaderPerArguments, primed } from './loaders.js';

interface Row {
  readonly id: string;
  readonly ownerId: string;
}

function table(rows: readonly Row[]) {
  const queries: (readonly string[])[] = [];
  const find = async (ids: readonly string[], column: 'id' | 'ownerId') => {
    queries.push(ids);
    return rows.filter((row) => ids.includes(row[column])).reverse();
  };
  return { queries, find };
}

const [one, two] = [
  { id: newId(), ownerId: newId() },
  { id: newId(), ownerId: newId() },
];

test('rows come in the order of the ids, from one query, null where there is none', async () => {
  const { queries, find } = table([one, two]);
  const loader = loaderById((ids) => find(ids, 'id'));
  const unknown = newId();
  expect(await Promise.all([two.id, unknown, one.id].map((id) => loader.load(id)))).toEqual([two, null, one]);
  expect(queries).toEqual([[two.id, unknown, one.id]]);
});

test('the case of an id does not matter', async () => {
  const { queries, find } = table([one]);
  const loader = loaderById((ids) => find(ids, 'id'));
  expect(await Promise.all([loader.load(one.id.toUpperCase()), loader.load(one.id)])).toEqual([one, one]);
  expect(queries).toEqual([[one.id]]);
});

test('what cannot be an id reaches no query', async () => {
  const { queries, find } = table([one]);
  expect(await loaderById((ids) => find(ids, 'id')).load("'; DROP TABLE")).toBeNull();
  expect(
    await listLoaderById(
      (ids) => find(ids, 'ownerId'),
      ({ ownerId }) => ownerId,
    ).load('x'),
  ).toEqual([]);
  expect(queries).toEqual([]);
});

test('lists hold the rows of each owner in the order in which they were found', async () => {
  const sibling = { id: newId(), ownerId: one.ownerId };
  const { find } = table([one, two, sibling]);
  const loader = listLoaderById(
    (ids) => find(ids, 'ownerId'),
    ({ ownerId }) => ownerId,
  );
  const lists = await Promise.all([one.ownerId, newId(), two.ownerId].map((id) => loader.load(id)));
  expect(lists).toEqual([[sibling, one], [], [two]]);
});

test('equal keys of several parts are one key', async () => {
  const queries: unknown[] = [];
  const loader = loaderByKey(
    async (keys: readonly { outletId: string; itemId: string }[]) => {
      queries.push(keys);
      return [{ outletId: 'o', itemId: 'i', price: 5 }];
    },
    ({ outletId, itemId }) => `${outletId} ${itemId}`,
  );
  const found = await Promise.all(['i', 'i', 'j'].map((itemId) => loader.load({ outletId: 'o', itemId })));
  expect(found).toMatchObject([{ price: 5 }, { price: 5 }, null]);
  expect(queries).toEqual([
    [
      { outletId: 'o', itemId: 'i' },
      { outletId: 'o', itemId: 'j' },
    ],
  ]);
});

test('equal arguments share a loader', () => {
  const loaderOf = loaderPerArguments((args: { first: number }) => ({ ...args }));
  expect(loaderOf({ first: 5 })).toBe(loaderOf({ first: 5 }));
  expect(loaderOf({ first: 6 })).not.toBe(loaderOf({ first: 5 }));
});

test('a primed row is not queried', async () => {
  const { queries, find } = table([]);
  const loader = loaderById((ids) => find(ids, 'id'));
  primed(loader, [one]);
  expect(await loader.load(one.id)).toEqual(one);
  expect(queries).toEqual([]);
});
