/**
 * DataLoaders by key: one query however many keys an operation loads, null or an empty list for keys without a row. Ids are
 * UUIDs: their case does not matter, and what cannot be an id has no row and reaches no query.
 *
 * A loader is named by what one key gives: a record by its singular (`order`, `itemByKey`), a list by its plural or by the one
 * thing that it makes up (`refundsOf`, `recipe`).
 */
import DataLoader from 'dataloader';
import { isId } from '../ids.js';

export type LoaderById<Row> = DataLoader<string, Row | null>;
export type ListLoader<Row> = DataLoader<string, readonly Row[]>;

const CASELESS = { cacheKeyFn: (id: string) => id.toLowerCase() };

/** @param find the rows of these ids, in any order; rows that do not exist or may not be seen are left out. */
export function loaderById<Row extends { readonly id: string }>(
  find: (ids: readonly string[]) => Promise<readonly Row[]>,
): LoaderById<Row> {
  return new DataLoader(async (given: readonly string[]) => {
    const ids = given.map((id) => id.toLowerCase());
    const wanted = ids.filter(isId);
    return inOrderOf(ids, wanted.length === 0 ? [] : await find(wanted), ({ id }) => id);
  }, CASELESS);
}

/**
 * The rows that belong to each id, in the order in which they were found.
 * @param find the rows of all these owners.
 */
export function listLoaderById<Row>(
  find: (ownerIds: readonly string[]) => Promise<readonly Row[]>,
  ownerIdOf: (row: Row) => string,
): ListLoader<Row> {
  return new DataLoader(async (given: readonly string[]) => {
    const ids = given.map((id) => id.toLowerCase());
    const wanted = ids.filter(isId);
    return groupedBy(ids, wanted.length === 0 ? [] : await find(wanted), ownerIdOf);
  }, CASELESS);
}

/**
 * Rows by a key of any shape, such as an item at an outlet.
 * @param textOf equal for equal keys; of a key and of the row it leads to.
 */
export function loaderByKey<Key, Row extends Key>(
  find: (keys: readonly Key[]) => Promise<readonly Row[]>,
  textOf: (key: Key) => string,
): DataLoader<Key, Row | null, string> {
  return new DataLoader(
    async (keys: readonly Key[]) => inOrderOf(keys.map(textOf), await find(keys), textOf),
    { cacheKeyFn: textOf },
  );
}

/** A loader for each set of arguments, so that equal pages of several owners are one query. */
export function loaderPerArguments<Arguments extends object, Loader>(
  create: (args: Arguments) => Loader,
): (args: Arguments) => Loader {
  const loaders = new Map<string, Loader>();
  return (args) => {
    const key = JSON.stringify(args);
    const known = loaders.get(key);
    if (known !== undefined) return known;
    const created = create(args);
    loaders.set(key, created);
    return created;
  };
}

/** Puts rows that another query has read into a loader. Returns them. */
export function primed<Row extends { readonly id: string }>(
  loader: LoaderById<Row>,
  rows: readonly Row[],
): readonly Row[] {
  for (const row of rows) loader.prime(row.id, row);
  return rows;
}

/** The row of each key, null where there is none. */
function inOrderOf<Row>(
  keys: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): (Row | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** The rows of each key, in the order in which they stand in `rows`. */
export function groupedBy<Row>(
  keys: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return keys.map((key) => groups.get(key) ?? []);
}
