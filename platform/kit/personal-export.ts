/**
 * What a subgraph holds of one person, row by row, for the export of an account: whole rows, so that a column that is added is exported,
 * too. Pages go through the tables one after the other, however many rows there are.
 */
import { validate } from 'uuid';
import type { Statements } from '../database/caller-database.js';
import { ErrorCode, requestError } from '../errors.js';
import { type Connection, connectionOf, type PageArguments, pageOf } from './paging.js';

/** Everything here but the id of the person is SQL. */
export interface ExportedTable {
  readonly table: string;
  /** Whether a row is the person's, whose id is `$1`. */
  readonly rows: string;
  /** What identifies a row among them, a uuid; they are sorted by it. Default: the column `id`. */
  readonly key?: string;
  /** Columns that are left out, each with the reason. */
  readonly omitted?: Readonly<Record<string, string>>;
}

export interface ExportedRecord {
  readonly table: string;
  /** By column; moments are ISO 8601. */
  readonly data: Readonly<Record<string, unknown>>;
}

interface KeyedRecord extends ExportedRecord {
  readonly key: string;
}

/** @throws BAD_USER_INPUT as `pageOf`. */
export async function readExport(
  database: Statements,
  tables: readonly ExportedTable[],
  customerId: string,
  args: Pick<PageArguments, 'first' | 'after'>,
): Promise<Connection<ExportedRecord>> {
  const page = pageOf(args);
  const from = startOf(tables, page.after);
  const rows: KeyedRecord[] = [];
  for (const [index, table] of tables.slice(from.table).entries()) {
    const after = index === 0 ? from.after : null;
    const take = page.limit + 1 - rows.length;
    if (take > 0) rows.push(...(await readTable(database, table, customerId, { after, take })));
  }
  return connectionOf(page, rows, ({ table, key }) => `${table} ${key}`);
}

async function readTable(
  database: Statements,
  { table, rows, key = 'id', omitted = {} }: ExportedTable,
  customerId: string,
  { after, take }: { readonly after: string | null; readonly take: number },
): Promise<KeyedRecord[]> {
  const found = await database.query<{ key: string; data: Record<string, unknown> }>(
    `SELECT ${key} AS key, to_jsonb(row) - $2::text[] AS data FROM ${table} AS row
     WHERE (${rows}) AND ($3::uuid IS NULL OR ${key} > $3) ORDER BY ${key} LIMIT $4`,
    [customerId, Object.keys(omitted), after, take],
  );
  return found.rows.map((row) => ({ table, ...row }));
}

function startOf(
  tables: readonly ExportedTable[],
  cursor: string | null,
): { readonly table: number; readonly after: string | null } {
  if (cursor === null) return { table: 0, after: null };
  const [name, key = '', ...more] = cursor.split(' ');
  const table = tables.findIndex((one) => one.table === name);
  if (table === -1 || !validate(key) || more.length > 0)
    throw requestError(ErrorCode.BAD_USER_INPUT, 'The cursor is not one of this list');
  return { table, after: key };
}
