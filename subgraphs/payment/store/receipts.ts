/**
 * Receipts and credit notes. The statement that captures an order's last payment issues its receipt; a refund issues its credit note. Each
 * gets its number at the end of its transaction, by a trigger (migration `receipts`).
 */
import type { Scope } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { withArchive } from '../../../platform/kit/archive.js';
import { visibleSql } from '../../../platform/kit/tenant-scope.js';
import type { ChargeShares } from '../../../platform/order-charges.js';
import type { Receipt } from '../domain/receipt.js';
import type { Payment } from '../domain/records.js';
import type { Transaction, WithOwnPool, WithPool } from './database.js';
import { creditNoteContent, receiptContent } from './receipt-content.js';

/**
 * Of an order that has a receipt, or is getting it in the same transaction; nothing for one from before there were receipts.
 * @param sale what of the refund is the order's money. @param ofSale what that is for.
 */
export async function insertCreditNote(
  tx: Transaction,
  {
    id: paymentId,
    orderId,
    customerId,
    outletId,
    franchiseId,
  }: Pick<Payment, 'id' | 'orderId' | 'customerId' | 'outletId' | 'franchiseId'>,
  refundId: string,
  sale: number,
  { lines: linesTotal, ...charges }: ChargeShares,
): Promise<void> {
  await tx.$executeRawUnsafe(
    `INSERT INTO receipt (id, series, order_id, payment_id, refund_id, customer_id, outlet_id, franchise_id, total, content)
     SELECT $1::uuid, 'CREDIT_NOTE', $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::uuid, $7::uuid, $8::bigint,
       $9::jsonb || jsonb_build_object('orderNumber', number, 'outlet', outlet_of_receipt($6::uuid))
     FROM (SELECT number FROM order_copy WHERE id = $2::uuid UNION ALL SELECT number FROM archive.order_copy WHERE id = $2::uuid) AS ordered
     WHERE EXISTS (SELECT FROM receipt_number WHERE order_id = $2::uuid AND series = 'RECEIPT')
       OR EXISTS (SELECT FROM receipt WHERE order_id = $2::uuid AND series = 'RECEIPT' AND id >= first_id_at(now()))`,
    ...[newId(), orderId, paymentId, refundId, customerId, outletId, franchiseId, sale],
    JSON.stringify({ linesTotal, ...charges }),
  );
}

/** A receipt in SQL, but for its number. */
export const RECEIPT_COLUMNS = `id, series, order_id AS "orderId", payment_id AS "paymentId", refund_id AS "refundId", outlet_id AS "outletId",
  issued_at AS "issuedAt", total::float8 AS total, content`;

export interface StoredReceipt {
  readonly id: string;
  readonly series: 'RECEIPT' | 'CREDIT_NOTE';
  readonly orderId: string;
  readonly paymentId: string;
  readonly refundId: string | null;
  readonly outletId: string;
  readonly issuedAt: Date;
  readonly total: number;
  readonly content: unknown;
}

/** Of orders that the scope reaches, archived ones, too: each order's receipt, and its credit notes in the order of their numbers. */
export async function findReceiptsOfOrders(
  { pool }: WithPool,
  scope: Scope,
  orderIds: readonly string[],
): Promise<Receipt[]> {
  const visible = visibleSql(scope, { after: 1 });
  const { rows: numbers } = await pool.query<{ id: string; number: number }>({
    name: 'receipt-numbers',
    text: `SELECT receipt_id AS id, number FROM receipt_number
           WHERE order_id = ANY ($1::uuid[]) AND ${visible.condition} ORDER BY series, number`,
    values: [orderIds, ...visible.values],
  });
  const found = await withArchive(
    numbers.map(({ id }) => id),
    ({ id }: StoredReceipt) => id,
    async (schema, ids) => {
      if (ids.length === 0) return [];
      const { rows } = await pool.query<StoredReceipt>(
        `SELECT ${RECEIPT_COLUMNS} FROM ${schema}.receipt WHERE id = ANY ($1::uuid[])`,
        [ids],
      );
      return rows;
    },
  );
  const byId = new Map(found.map((receipt) => [receipt.id, receipt]));
  return numbers.flatMap(({ id, number }) => {
    const stored = byId.get(id);
    return stored === undefined ? [] : [receiptOf(stored, number)];
  });
}

/** Of a receipt or credit note by its id; null where there is none. */
export async function findOrderOfReceipt({ pool }: WithOwnPool, id: string): Promise<string | null> {
  const { rows } = await pool.query<{ orderId: string }>(
    'SELECT order_id AS "orderId" FROM receipt_number WHERE receipt_id = $1::uuid',
    [id],
  );
  return rows[0]?.orderId ?? null;
}

/** By the receipts' ids; each has its number when its transaction has committed. */
export async function findReceiptNumbers(
  { pool }: WithPool,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ id: string; number: number }>(
    'SELECT receipt_id AS id, number FROM receipt_number WHERE receipt_id = ANY ($1::uuid[])',
    [ids],
  );
  return new Map(rows.map(({ id, number }) => [id, number]));
}

export function receiptOf({ content, series, ...stored }: StoredReceipt, number: number): Receipt {
  return series === 'RECEIPT'
    ? { ...stored, number, series, content: receiptContent.parse(content) }
    : { ...stored, number, series, content: creditNoteContent.parse(content) };
}
