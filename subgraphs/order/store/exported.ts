/** What the subgraph holds of a person, for the export of the account: carts row by row, and orders with all that belongs to them. */
import { withArchive } from '../../../platform/kit/archive.js';
import { groupedBy } from '../../../platform/kit/loaders.js';
import type { ExportedTable } from '../../../platform/kit/personal-export.js';
import type { OrderDatabase } from './database.js';

export const EXPORTED: readonly ExportedTable[] = [
  { table: 'cart', rows: 'customer_id = $1' },
  { table: 'cart_line', rows: 'customer_id = $1', omitted: { choice: 'a hash of the columns beside it' } },
  { table: 'favourite', rows: 'customer_id = $1' },
  { table: 'order_guest', rows: 'customer_id = $1', key: 'order_id' },
];

/** By the column that has the order's id. */
export const EXPORTED_WITH_ORDERS = {
  orders: 'id',
  order_line: 'order_id',
  order_status_entry: 'order_id',
  order_reward: 'order_id',
} as const;

/** By table, each row by column. */
export type ExportedOrderRows = Readonly<Record<string, readonly StoredRow['data'][]>>;

interface StoredRow {
  readonly orderId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The rows of orders that the caller has read already, archived ones too, by table: for each order an object. */
export async function findExportedOrders(
  { prisma }: OrderDatabase,
  orderIds: readonly string[],
): Promise<ExportedOrderRows[]> {
  const tables = await Promise.all(
    Object.entries(EXPORTED_WITH_ORDERS).map(async ([table, key]) => {
      const rows = await withArchive(
        orderIds,
        ({ orderId }: StoredRow) => orderId,
        (schema, ids) =>
          prisma.$queryRawUnsafe(
            `SELECT ${key} AS "orderId", to_jsonb(row) AS data FROM ${schema}.${table} AS row WHERE ${key} = ANY ($1::uuid[])`,
            ids,
          ),
      );
      const byOrder = groupedBy(orderIds, rows, ({ orderId }) => orderId);
      return byOrder.map((ofOrder) => [table, ofOrder.map(({ data }) => data)] as const);
    }),
  );
  return orderIds.map((_, index) =>
    Object.fromEntries(tables.flatMap((byOrder) => (byOrder[index] === undefined ? [] : [byOrder[index]]))),
  );
}
