/** Orders to suppliers with their lines, within a scope. The database numbers them. */
import type { Scope } from '../../../../platform/identity/identity.js';
import { isId } from '../../../../platform/ids.js';
import { dateOfDay } from '../../../../platform/kit/calendar.js';
import { readIdPage } from '../../../../platform/kit/id-page.js';
import type { CountedConnection, Page } from '../../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../../platform/kit/tenant-scope.js';
import { ADVISORY_LOCKS } from '../../../../platform/sql/advisory-locks.js';
import type { DocumentLine } from '../../domain/purchasing/purchase-order-html.js';
import type { PurchaseOrderStatus } from '../../domain/purchasing/purchase-order-state.js';
import type { PurchaseOrder, PurchaseOrderLine } from '../../domain/purchasing/records.js';
import type { StockDatabase, Transaction } from '../database.js';

const COLUMNS = `id, franchise_id AS "franchiseId", outlet_id AS "outletId", supplier_id AS "supplierId", number, status::text AS status,
  total::float8 AS total, note, to_char(expected_on, 'YYYY-MM-DD') AS "expectedOn", made_by AS "madeBy", made_at AS "madeAt",
  approved_by AS "approvedBy", approved_at AS "approvedAt", sent_at AS "sentAt", ended_at AS "endedAt", end_reason AS "endReason",
  is_closed_short AS "isClosedShort", version`;

export interface NewPurchaseOrder
  extends Pick<
    PurchaseOrder,
    'id' | 'franchiseId' | 'outletId' | 'supplierId' | 'total' | 'note' | 'madeBy'
  > {
  /** The first order of those that are made together; left out for one that is made alone. */
  readonly batchId?: string;
  readonly lines: readonly Pick<PurchaseOrderLine, 'stockItemId' | 'packSize' | 'packPrice' | 'packs'>[];
}

/** @returns its number. */
export async function insertPurchaseOrder(
  tx: Transaction,
  { lines, total, ...order }: NewPurchaseOrder,
): Promise<number> {
  const { number } = await tx.purchaseOrder.create({
    data: { ...order, total: BigInt(total) },
    select: { number: true },
  });
  await insertLines(tx, order, lines);
  return number;
}

async function insertLines(
  tx: Transaction,
  { id: purchaseOrderId, franchiseId, outletId }: Pick<PurchaseOrder, 'id' | 'franchiseId' | 'outletId'>,
  lines: NewPurchaseOrder['lines'],
): Promise<void> {
  await tx.purchaseOrderLine.createMany({
    data: lines.map((line, position) => ({ ...line, purchaseOrderId, franchiseId, outletId, position })),
  });
}

/** Of a draft that this transaction has locked; its lines are those that are given. */
export async function updateDraft(
  tx: Transaction,
  order: PurchaseOrder,
  { lines, supplierId, total, note }: Pick<NewPurchaseOrder, 'lines' | 'supplierId' | 'total' | 'note'>,
): Promise<void> {
  const { id, version } = order;
  // The database takes away the lines of the version before.
  await tx.purchaseOrder.update({
    where: { id },
    data: { supplierId, total: BigInt(total), note, version: version + 1 },
  });
  await insertLines(tx, order, lines);
}

/** What a document says of an order's lines, in their order. */
export async function findDocumentLines(
  database: Pick<Transaction, '$queryRaw'>,
  { id, supplierId }: Pick<PurchaseOrder, 'id' | 'supplierId'>,
): Promise<DocumentLine[]> {
  return database.$queryRaw<DocumentLine[]>`
    SELECT line.pack_size AS "packSize", line.pack_price AS "packPrice", line.packs, ingredient.name AS "ingredientName",
           ingredient.unit::text AS unit, price.reference
    FROM purchase_order_line AS line JOIN stock_item AS item ON item.id = line.stock_item_id
    JOIN ingredient ON ingredient.id = item.ingredient_id
    LEFT JOIN supplier_price AS price ON price.supplier_id = ${supplierId}::uuid AND price.ingredient_id = ingredient.id
    WHERE line.purchase_order_id = ${id}::uuid
    ORDER BY line.position`;
}

/** Locked; null where it does not exist or lies outside the scope. */
export async function findPurchaseOrderForUpdate(
  tx: Transaction,
  scope: Scope,
  id: string,
): Promise<PurchaseOrder | null> {
  if (!isId(id)) return null;
  const covered = coveredSql(scope, { after: 1 });
  const rows = await tx.$queryRawUnsafe<PurchaseOrder[]>(
    `SELECT ${COLUMNS} FROM purchase_order WHERE id = $1::uuid AND ${covered.condition} FOR UPDATE`,
    id,
    ...covered.values,
  );
  return rows[0] ?? null;
}

export async function findPurchaseOrder(tx: Transaction, id: string): Promise<PurchaseOrder> {
  const [order] = await tx.$queryRawUnsafe<PurchaseOrder[]>(
    `SELECT ${COLUMNS} FROM purchase_order WHERE id = $1::uuid`,
    id,
  );
  if (order === undefined) throw new Error(`No purchase order ${id}`);
  return order;
}

/** The number of an outlet's newest order; 0 before the first. */
export async function findNewestNumber({ prisma }: StockDatabase, outletId: string): Promise<number> {
  const { _max } = await prisma.purchaseOrder.aggregate({ where: { outletId }, _max: { number: true } });
  return _max.number ?? 0;
}

/** Until the transaction ends, nobody else drafts what is suggested for the outlet. */
export async function lockSuggestedOrders(tx: Transaction, outletId: string): Promise<void> {
  await tx.$executeRawUnsafe(
    'SELECT pg_advisory_xact_lock($1::integer, hashtext($2))',
    ADVISORY_LOCKS.suggestedOrders,
    outletId,
  );
}

/** The items of an outlet's orders with higher numbers, but of those that were cancelled. */
export async function findItemsOrderedSince(
  tx: Transaction,
  outletId: string,
  number: number,
): Promise<ReadonlySet<string>> {
  const lines = await tx.purchaseOrderLine.findMany({
    where: { purchaseOrder: { outletId, number: { gt: number }, status: { not: 'CANCELLED' } } },
    select: { stockItemId: true },
  });
  return new Set(lines.map(({ stockItemId }) => stockItemId));
}

/** By number. */
export async function findOrdersOfBatch(tx: Transaction, batchId: string): Promise<PurchaseOrder[]> {
  return tx.$queryRawUnsafe<PurchaseOrder[]>(
    `SELECT ${COLUMNS} FROM purchase_order WHERE batch_id = $1::uuid ORDER BY number`,
    batchId,
  );
}

export async function findLines(tx: Transaction, purchaseOrderId: string): Promise<PurchaseOrderLine[]> {
  return tx.purchaseOrderLine.findMany({
    where: { purchaseOrderId },
    orderBy: { position: 'asc' },
    omit: { franchiseId: true, outletId: true },
  });
}

export type PurchaseOrderChange = Partial<
  Pick<
    PurchaseOrder,
    'expectedOn' | 'approvedBy' | 'approvedAt' | 'sentAt' | 'endedAt' | 'endReason' | 'isClosedShort'
  >
> & { readonly status: PurchaseOrderStatus };

/** Of an order that this transaction has locked. */
export async function updatePurchaseOrder(
  tx: Transaction,
  { id, version }: Pick<PurchaseOrder, 'id' | 'version'>,
  { expectedOn, ...change }: PurchaseOrderChange,
): Promise<void> {
  const day = expectedOn == null ? {} : { expectedOn: dateOfDay(expectedOn) };
  await tx.purchaseOrder.update({ where: { id }, data: { ...change, ...day, version: version + 1 } });
}

/** All that has come of each item, of an order that this transaction has locked. */
export async function updateReceived(
  tx: Transaction,
  purchaseOrderId: string,
  received: ReadonlyMap<string, number>,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE purchase_order_line AS line SET received = now_received.quantity
    FROM unnest(${[...received.keys()]}::uuid[], ${[...received.values()]}::integer[]) AS now_received (stock_item_id, quantity)
    WHERE line.purchase_order_id = ${purchaseOrderId}::uuid AND line.stock_item_id = now_received.stock_item_id`;
}

export async function findPurchaseOrdersByIds(
  { pool }: StockDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<PurchaseOrder[]> {
  const covered = coveredSql(scope, { after: 1 });
  const { rows } = await pool.query<PurchaseOrder>(
    `SELECT ${COLUMNS} FROM purchase_order WHERE id = ANY ($1::uuid[]) AND ${covered.condition}`,
    [ids, ...covered.values],
  );
  return rows;
}

/** Of orders that the caller has read already, in the order of their positions. */
export async function findLinesOfOrders(
  { prisma }: StockDatabase,
  ids: readonly string[],
): Promise<PurchaseOrderLine[]> {
  return prisma.purchaseOrderLine.findMany({
    where: { purchaseOrderId: { in: [...ids] } },
    orderBy: { position: 'asc' },
    omit: { franchiseId: true, outletId: true },
  });
}

export interface PurchaseOrderFilter extends RequestedPlace {
  /** Null for all. */
  readonly statuses: readonly PurchaseOrderStatus[] | null;
  readonly supplierId: string | null;
}

/** Newest first. */
export function findPurchaseOrderPage(
  database: StockDatabase,
  scope: Scope,
  { outletId, franchiseId, statuses, supplierId }: PurchaseOrderFilter,
  page: Page,
): Promise<CountedConnection<PurchaseOrder>> {
  const covered = coveredSql(scope, { after: 4 });
  const from = `purchase_order WHERE ($1::uuid IS NULL OR outlet_id = $1) AND ($2::uuid IS NULL OR franchise_id = $2)
    AND ($3::"PurchaseOrderStatus"[] IS NULL OR status = ANY ($3)) AND ($4::uuid IS NULL OR supplier_id = $4) AND ${covered.condition}`;
  const values = [outletId, franchiseId, statuses, supplierId, ...covered.values];
  return readIdPage<PurchaseOrder>(database, { columns: COLUMNS, from, values }, page);
}
