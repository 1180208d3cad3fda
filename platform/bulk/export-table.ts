/** Writes a table as CSV that `readTable` reads back. */

import { writeCsv } from '../kit/csv.js';
import { type Connection, connectionOf, type Page } from '../kit/paging.js';
import type { ValueOf } from './cells.js';
import type { Columns } from './import-table.js';

/** A column that is left out is an empty cell. */
export type ExportedRow<Kinds extends Columns> = { readonly [Name in keyof Kinds]?: ValueOf<Kinds[Name]> };

/** A part of an exported table, which begins with the header. */
export interface ExportedPage {
  readonly csv: string;
  readonly pageInfo: Connection<unknown>['pageInfo'];
}

function writeTable<Kinds extends Columns>(kinds: Kinds, rows: readonly ExportedRow<Kinds>[]): string {
  const columns = Object.entries(kinds);
  return writeCsv([
    columns.map(([name]) => name),
    ...rows.map((row) =>
      columns.map(([name, kind]) => {
        const value: unknown = Reflect.get(row, name);
        return value === undefined ? '' : kind.write(value);
      }),
    ),
  ]);
}

/**
 * @param things as read for the page. @param rowsOf those of the things that are on the page.
 */
export async function exportPage<Kinds extends Columns, Thing extends { readonly id: string }>(
  kinds: Kinds,
  page: Page,
  things: readonly Thing[],
  rowsOf: (things: readonly Thing[]) => Promise<ExportedRow<Kinds>[]> | ExportedRow<Kinds>[],
): Promise<ExportedPage> {
  const { nodes, pageInfo } = connectionOf(page, things, ({ id }) => id);
  return { csv: writeTable(kinds, await rowsOf(nodes)), pageInfo };
}
