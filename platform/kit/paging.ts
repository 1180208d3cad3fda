/**
 * Relay connections (GraphQL Cursor Connections Specification) over keyset pagination, in both directions: a cursor holds
 * the sort key of its row, so a page stays right while rows come and go. `first` is 20 by default; pages have at most 100 rows.
 */
import { ErrorCode, requestError } from '../errors.js';
import { isId } from '../ids.js';
import { isStorable } from './input.js';

const DEFAULT_PAGE_SIZE = 20;
const MAXIMUM_PAGE_SIZE = 100;

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** The page requested: `limit` rows between two sort keys, the first of them or, when `isBackward`, the last. */
export interface Page {
  readonly limit: number;
  readonly after: string | null;
  readonly before: string | null;
  readonly isBackward: boolean;
  /** Where both `first` and `last` are given: of the first rows, only so many of the last. */
  readonly trimTo: number | null;
}

export interface Connection<Node> {
  readonly edges: { readonly cursor: string; readonly node: Node }[];
  readonly nodes: Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** With the number of rows in the whole list, counted only where `totalCount` is selected. */
export interface CountedConnection<Node> extends Connection<Node> {
  readonly totalCount: () => Promise<number>;
}

/**
 * The empty cursor stands for the start as `after` and for the end as `before`.
 * @throws BAD_USER_INPUT when a size is out of bounds or a cursor is none of ours.
 */
export function pageOf({ first, after, last, before }: PageArguments): Page {
  requireSize('first', first);
  requireSize('last', last);
  const isBackward = last != null && first == null;
  return {
    limit: (isBackward ? last : first) ?? DEFAULT_PAGE_SIZE,
    after: decodeCursor('after', after),
    before: decodeCursor('before', before),
    isBackward,
    trimTo: first != null && last != null ? last : null,
  };
}

/** A page of a list that is sorted by id. @throws BAD_USER_INPUT as `pageOf`, and for a cursor that holds no id. */
export function idPageOf(args: PageArguments): Page {
  const page = pageOf(args);
  for (const name of ['after', 'before'] as const) {
    const cursor = page[name];
    if (cursor !== null && !isId(cursor)) throw notACursor(name);
  }
  return page;
}

/** The rows to read for a page, as the bounds, order and number that SQL takes. */
export interface Keyset {
  /** Exclusive bounds of the sort key; null for none. */
  readonly above: string | null;
  readonly below: string | null;
  /** The order to read in. `connectionOf` takes rows in this order. */
  readonly direction: 'asc' | 'desc';
  /** One more than the page holds: it says whether there is a further page. */
  readonly take: number;
}

/** @param order of the list, by its sort key. */
export function keysetOf({ limit, after, before, isBackward }: Page, order: 'asc' | 'desc'): Keyset {
  const isAscending = order === 'asc';
  return {
    above: isAscending ? after : before,
    below: isAscending ? before : after,
    direction: isAscending === isBackward ? 'desc' : 'asc',
    take: limit + 1,
  };
}

/** The same for Prisma, of a list sorted by id: its members are spread into `findMany`, `where` into the list's own. */
export function idKeysetOf(page: Page, order: 'asc' | 'desc') {
  const { above, below, direction, take } = keysetOf(page, order);
  const id = { ...(above !== null && { gt: above }), ...(below !== null && { lt: below }) };
  return {
    where: above === null && below === null ? {} : { id },
    orderBy: { id: direction },
    take,
  };
}

/**
 * @param rows as read for `keysetOf(page, …)`: up to `page.limit + 1`, from the last to the first when `page.isBackward`.
 * @param countAll the number of rows in the whole list, whatever the page.
 */
export function connectionOf<Node>(
  page: Page,
  rows: readonly Node[],
  sortKey: (node: Node) => string,
): Connection<Node>;
export function connectionOf<Node>(
  page: Page,
  rows: readonly Node[],
  sortKey: (node: Node) => string,
  countAll: () => Promise<number>,
): CountedConnection<Node>;
export function connectionOf<Node>(
  page: Page,
  rows: readonly Node[],
  sortKey: (node: Node) => string,
  countAll?: () => Promise<number>,
): Connection<Node> | CountedConnection<Node> {
  const read = rows.slice(0, page.limit);
  if (page.isBackward) read.reverse();
  const nodes = page.trimTo === null ? read : read.slice(-page.trimTo);
  const edges = nodes.map((node) => ({ cursor: encodeCursor(sortKey(node)), node }));
  const hasMore = rows.length > page.limit;
  const connection = {
    edges,
    nodes,
    pageInfo: {
      // A cursor is of a row, so there is something on its other side.
      hasNextPage: page.before !== null || (!page.isBackward && hasMore),
      hasPreviousPage: page.after !== null || (page.isBackward && hasMore) || nodes.length < read.length,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
  return countAll === undefined ? connection : { ...connection, totalCount: countAll };
}

export function encodeCursor(sortKey: string): string {
  return Buffer.from(sortKey, 'utf8').toString('base64url');
}

function requireSize(name: 'first' | 'last', size: number | null | undefined): void {
  if (size == null || (size >= 1 && size <= MAXIMUM_PAGE_SIZE)) return;
  throw requestError(ErrorCode.BAD_USER_INPUT, `${name} must be between 1 and ${MAXIMUM_PAGE_SIZE}`);
}

function decodeCursor(name: 'after' | 'before', cursor: string | null | undefined): string | null {
  if (cursor == null || cursor === '') return null;
  const sortKey = Buffer.from(cursor, 'base64url').toString('utf8');
  if (sortKey === '' || encodeCursor(sortKey) !== cursor || !isStorable(sortKey)) throw notACursor(name);
  return sortKey;
}

function notACursor(name: 'after' | 'before') {
  return requestError(ErrorCode.BAD_USER_INPUT, `${name} is not a cursor of this list`);
}
