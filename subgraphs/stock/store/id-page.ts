/** Pages of a list that is sorted by id, newest first, read by statements written by hand. */
import type pg from 'pg';
import { type CountedConnection, connectionOf, keysetOf, type Page } from '../../../platform/kit/paging.js';
import type { StockDatabase } from './database.js';

export interface IdList {
  readonly columns: string;
  /** What follows FROM, up to the last of its conditions. `id` means one thing in it. */
  readonly from: string;
  /** Of the parameters in `from`. */
  readonly values: readonly unknown[];
}

export async function readIdPage<Row extends pg.QueryResultRow & { readonly id: string }>(
  { pool }: StockDatabase,
  { columns, from, values }: IdList,
  page: Page,
): Promise<CountedConnection<Row>> {
  const { above, below, direction, take } = keysetOf(page, 'desc');
  const place = values.length;
  const { rows } = await pool.query<Row>(
    `SELECT ${columns} FROM ${from}
       AND ($${place + 1}::uuid IS NULL OR id > $${place + 1}) AND ($${place + 2}::uuid IS NULL OR id < $${place + 2})
     ORDER BY id ${direction} LIMIT ${take}`,
    [...values, above, below],
  );
  return connectionOf(
    page,
    rows,
    ({ id }) => id,
    async () => {
      const counted = await pool.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${from}`, [
        ...values,
      ]);
      return counted.rows[0]?.count ?? 0;
    },
  );
}
