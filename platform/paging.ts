/**
 * Relay connections (GraphQL Cursor Connections Specification) over keyset pagination: a cursor holds the sort key of
 * its row, so a page stays right while rows come and go. `first` is 20 by default and at most 100.
 */
import { ErrorCode, requestError } from './errors.js';

export const DEFAULT_PAGE_SIZE = 20;
export const MAXIMUM_PAGE_SIZE = 100;

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A page asked for: `limit` rows after the row whose sort key is `after`. */
export interface Page {
  readonly limit: number;
  readonly after: string | null;
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

/** @throws BAD_USER_INPUT when `first` is out of bounds or `after` is no cursor of ours. */
export function pageOf({ first, after }: PageArguments): Page {
  const limit = first ?? DEFAULT_PAGE_SIZE;
  if (limit < 1 || limit > MAXIMUM_PAGE_SIZE) {
    throw requestError(ErrorCode.BAD_USER_INPUT, `first must be between 1 and ${MAXIMUM_PAGE_SIZE}`);
  }
  return { limit, after: after == null ? null : decodeCursor(after) };
}

/** @param rows up to `page.limit + 1` rows: one more than asked for tells that there is a next page. */
export function connectionOf<Node>(
  page: Page,
  rows: readonly Node[],
  sortKey: (node: Node) => string,
): Connection<Node> {
  const nodes = rows.slice(0, page.limit);
  const edges = nodes.map((node) => ({ cursor: encodeCursor(sortKey(node)), node }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: rows.length > page.limit,
      hasPreviousPage: page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function encodeCursor(sortKey: string): string {
  return Buffer.from(sortKey, 'utf8').toString('base64url');
}

function decodeCursor(cursor: string): string {
  const sortKey = Buffer.from(cursor, 'base64url').toString('utf8');
  if (sortKey === '' || encodeCursor(sortKey) !== cursor) {
    throw requestError(ErrorCode.BAD_USER_INPUT, 'after is not a cursor of this list');
  }
  return sortKey;
}
