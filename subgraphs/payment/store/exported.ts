/** What the subgraph holds of a person's orders, for the export of the account: payments and refunds, archived ones, too. */
import { withArchive } from '../../../platform/kit/archive.js';
import type { PaymentDatabase } from './database.js';

/** By the column that has the payment's id. */
export const EXPORTED_WITH_ORDERS = { payment: 'id', refund: 'payment_id' } as const;

export type ExportedRows = Readonly<Record<string, readonly StoredRow['data'][]>>;

interface StoredRow {
  readonly paymentId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The rows of payments, by table. @param customerId whose they have to be. */
export async function findExportedPayments(
  { prisma }: Pick<PaymentDatabase, 'prisma'>,
  customerId: string,
  paymentIds: readonly string[],
): Promise<ExportedRows> {
  const tables = await Promise.all(
    Object.entries(EXPORTED_WITH_ORDERS).map(async ([table, key]) => {
      const rows = await withArchive(
        paymentIds,
        ({ paymentId }: StoredRow) => paymentId,
        (schema, ids) =>
          prisma.$queryRawUnsafe(
            `SELECT ${key} AS "paymentId", to_jsonb(row) AS data FROM ${schema}.${table} AS row
             WHERE ${key} = ANY ($1::uuid[]) AND customer_id = $2::uuid ORDER BY id`,
            ids,
            customerId,
          ),
      );
      return [table, rows.map(({ data }) => data)] as const;
    }),
  );
  return Object.fromEntries(tables);
}
