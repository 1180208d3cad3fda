/** Rows of one thing that an account is exported with, such as an order, whole but for columns that are omitted; archived rows, too. */
import { withArchive } from './archive.js';
import { groupedBy } from './loaders.js';
import type { ExportedTable } from './personal-export.js';

/** Everything here is SQL. */
export interface ExportedPart extends Pick<ExportedTable, 'table' | 'omitted'> {
  /** The column that has the id of the thing. */
  readonly key: string;
  /** Default `key`. */
  readonly sort?: string;
}

/** By table, each row by column. */
export type ExportedRows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

interface StoredRow {
  readonly owner: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface RawQuery {
  $queryRawUnsafe<Rows>(query: string, ...values: unknown[]): PromiseLike<Rows>;
}

/** For each id the rows of every table, by key. @param customerId whose they have to be. */
export async function findExportedRows(
  database: RawQuery,
  parts: readonly ExportedPart[],
  customerId: string,
  ids: readonly string[],
): Promise<ExportedRows[]> {
  const tables = await Promise.all(
    parts.map(async ({ table, key, sort = key, omitted = {} }) => {
      const rows = await withArchive(
        ids,
        ({ owner }: StoredRow) => owner,
        async (schema, some) =>
          database.$queryRawUnsafe<StoredRow[]>(
            `SELECT ${key} AS owner, to_jsonb(row) - $2::text[] AS data FROM ${schema}.${table} AS row
             WHERE ${key} = ANY ($1::uuid[]) AND customer_id = $3::uuid ORDER BY ${sort}`,
            some,
            Object.keys(omitted),
            customerId,
          ),
      );
      const byId = groupedBy(ids, rows, ({ owner }) => owner);
      return byId.map((ofOne) => [table, ofOne.map(({ data }) => data)] as const);
    }),
  );
  return ids.map((_, index) =>
    Object.fromEntries(tables.flatMap((byId) => (byId[index] === undefined ? [] : [byId[index]]))),
  );
}
