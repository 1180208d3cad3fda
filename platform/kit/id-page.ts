/** Pages of a list that is sorted by id, read by statements written by hand. */
import type pg from 'pg';
import type { Statements } from '../database/caller-database.js';
import { type CountedConnection, connectionOf, keysetOf, type Page } from './paging.js';

export interface IdList {
  readonly columns: string;
  /** What follows FROM, up to the last of its conditions. `id` means one thing in it. */
  readonly from: string;
  /** Of the parameters in `columns` and `from`. */
  readonly values: readonly unknown[];
}

/**
 * The bounds of the page are conditions only where it has them, so that a statement over partitions is planned for their months.
 * @param order of the list, by its ids.
 */
export async function readIdPage<Row extends pg.QueryResultRow & { readonly id: string }>(
  { pool }: { readonly pool: Statements },
  { columns, from, values }: IdList,
  page: Page,
  order: 'asc' | 'desc' = 'desc',
): Promise<CountedConnection<Row>> {
  const { above, below, direction, take } = keysetOf(page, order);
  const bounds = [
    ...(above === null ? [] : [{ operator: '>', id: above }]),
    ...(below === null ? [] : [{ operator: '<', id: below }]),
  ];
  const conditions = bounds.map(
    ({ operator }, index) => ` AND id ${operator} $${values.length + index + 1}::uuid`,
  );
  const { rows } = await pool.query<Row>(
    `SELECT ${columns} FROM ${from}${conditions.join('')} ORDER BY id ${direction} LIMIT ${take}`,
    [...values, ...bounds.map(({ id }) => id)],
  );
  return connectionOf(
    page,
    rows,
    ({ id }) => id,
    async () => {
      const counted = await pool.query<{ count: number }>(`SELECT count(*)::float8 AS count FROM ${from}`, [
        ...values,
      ]);
      return counted.rows[0]?.count ?? 0;
    },
  );
}
