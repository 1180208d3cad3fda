import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId } from '../ids.js';
import {
  connectionOf,
  encodeCursor,
  idKeysetOf,
  idPageOf,
  keysetOf,
  type PageArguments,
  pageOf,
} from './paging.js';

/** A list read as SQL would read it. */
function pageThrough(list: readonly string[], order: 'asc' | 'desc', args: PageArguments) {
  const page = pageOf(args);
  const { above, below, direction, take } = keysetOf(page, order);
  const rows = list
    .filter((key) => (above === null || key > above) && (below === null || key < below))
    .sort((one, other) => (one < other ? -1 : 1) * (direction === 'asc' ? 1 : -1))
    .slice(0, take);
  return connectionOf(
    page,
    rows,
    (key) => key,
    async () => list.length,
  );
}

/** The specification's algorithm, on a list that is all there. */
function specified(
  list: readonly string[],
  order: 'asc' | 'desc',
  { first, after, last, before }: PageArguments,
) {
  const sorted = [...list].sort((one, other) => (one < other ? -1 : 1) * (order === 'asc' ? 1 : -1));
  const isAfter = (key: string, cursor: string) => (order === 'asc' ? key > cursor : key < cursor);
  const between = sorted.filter(
    (key) =>
      (after == null || isAfter(key, decode(after))) && (before == null || isAfter(decode(before), key)),
  );
  let nodes = first == null ? between : between.slice(0, first);
  if (last != null) nodes = nodes.slice(-last);
  return nodes;
}

const decode = (cursor: string) => Buffer.from(cursor, 'base64url').toString();

const LIST = ['a', 'b', 'c', 'd', 'e'];

test('pages forward and back show the list once, in its order', () => {
  const first = pageThrough(LIST, 'asc', { first: 2 });
  expect(first.nodes).toEqual(['a', 'b']);
  expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  const second = pageThrough(LIST, 'asc', { first: 2, after: first.pageInfo.endCursor });
  expect(second.nodes).toEqual(['c', 'd']);
  const third = pageThrough(LIST, 'asc', { first: 2, after: second.pageInfo.endCursor });
  expect(third.nodes).toEqual(['e']);
  expect(third.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  const back = pageThrough(LIST, 'asc', { last: 2, before: third.pageInfo.startCursor });
  expect(back.nodes).toEqual(['c', 'd']);
  expect(back.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  const start = pageThrough(LIST, 'asc', { last: 2, before: back.pageInfo.startCursor });
  expect(start.nodes).toEqual(['a', 'b']);
  expect(start.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
});

test('`last` alone is the end of the list', () => {
  const page = pageThrough(LIST, 'desc', { last: 2 });
  expect(page.nodes).toEqual(['b', 'a']);
  expect(page.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
});

test('pages hold what the specification says, for every list, order and arguments', () => {
  const cursors = fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f').map(encodeCursor));
  const sizes = fc.option(fc.integer({ min: 1, max: 7 }));
  fc.assert(
    fc.property(
      fc.subarray(LIST),
      fc.constantFrom('asc' as const, 'desc' as const),
      fc.record({ first: sizes, last: sizes, after: cursors, before: cursors }),
      (list, order, args) => {
        expect(pageThrough(list, order, args).nodes).toEqual(specified(list, order, args));
      },
    ),
    { seed: 7 },
  );
});

test('an empty cursor is the start as `after` and the end as `before`', () => {
  expect(pageThrough(LIST, 'asc', { first: 2, after: '' })).toMatchObject({
    nodes: ['a', 'b'],
    pageInfo: { hasPreviousPage: false },
  });
  expect(pageThrough(LIST, 'asc', { last: 2, before: '' })).toMatchObject({
    nodes: ['d', 'e'],
    pageInfo: { hasNextPage: false },
  });
});

test('a page without sizes has 20 rows', () => {
  expect(keysetOf(pageOf({}), 'asc').take).toBe(21);
  expect(keysetOf(pageOf({ before: encodeCursor('c') }), 'asc')).toMatchObject({
    below: 'c',
    direction: 'asc',
  });
});

test('the whole list is counted only on request', async () => {
  expect(await pageThrough(LIST, 'asc', { first: 1 }).totalCount()).toBe(5);
});

test.each([{ first: 0 }, { first: 101 }, { first: -1 }, { last: 0 }, { last: 101 }])(
  '%j is refused',
  (args) => {
    expect(() => pageOf(args)).toThrow('must be between 1 and 100');
  },
);

test.each(['%%%', 'YQ==', 'not a cursor'])('the cursor %j is refused, and the argument named', (cursor) => {
  expect(() => pageOf({ after: cursor })).toThrow('after is not a cursor of this list');
  expect(() => pageOf({ before: cursor })).toThrow('before is not a cursor of this list');
});

test('lists by id take ids for cursors and nothing else', () => {
  const id = newId();
  expect(idKeysetOf(idPageOf({ first: 5, after: encodeCursor(id) }), 'desc')).toEqual({
    where: { id: { lt: id } },
    orderBy: { id: 'desc' },
    take: 6,
  });
  expect(idKeysetOf(idPageOf({ after: '' }), 'asc').where).toEqual({});
  expect(() => idPageOf({ before: encodeCursor('c') })).toThrow('before is not a cursor of this list');
});
