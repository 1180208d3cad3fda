/** Transfers between outlets. A transfer belongs to both: a scope covers it that covers the sender or the receiver. */
import type { Scope } from '../../../../platform/identity/identity.js';
import { isId } from '../../../../platform/ids.js';
import { readIdPage } from '../../../../platform/kit/id-page.js';
import type { CountedConnection, Page } from '../../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../../platform/kit/requested-place.js';
import type { Transfer } from '../../domain/transfers/records.js';
import type { TransferStatus } from '../../domain/transfers/transfer-state.js';
import type { StockDatabase, Transaction } from '../database.js';

const COLUMNS = `id, franchise_id AS "franchiseId", outlet_id AS "outletId", stock_item_id AS "stockItemId", ingredient_id AS "ingredientId",
  to_franchise_id AS "toFranchiseId", to_outlet_id AS "toOutletId", quantity, batches, status::text AS status, note, sent_by AS "sentBy",
  sent_at AS "sentAt", received, ended_by AS "endedBy", ended_at AS "endedAt", end_note AS "endNote", version`;

export type NewTransfer = Pick<
  Transfer,
  | 'id'
  | 'franchiseId'
  | 'outletId'
  | 'stockItemId'
  | 'ingredientId'
  | 'toFranchiseId'
  | 'toOutletId'
  | 'quantity'
  | 'batches'
  | 'note'
  | 'sentBy'
>;

export async function insertTransfer(tx: Transaction, { batches, ...transfer }: NewTransfer): Promise<void> {
  await tx.transfer.create({ data: { ...transfer, batches: batches.map((batch) => ({ ...batch })) } });
}

/** Locked; null where it does not exist or lies outside the scope. */
export async function findTransferForUpdate(
  tx: Transaction,
  scope: Scope,
  id: string,
): Promise<Transfer | null> {
  if (!isId(id)) return null;
  const covered = eitherSideCovered(scope, 1);
  const [row] = await tx.$queryRawUnsafe<Transfer[]>(
    `SELECT ${COLUMNS} FROM transfer WHERE id = $1::uuid AND ${covered.condition} FOR UPDATE`,
    id,
    ...covered.values,
  );
  return row ?? null;
}

export async function findTransfer(tx: Transaction, id: string): Promise<Transfer> {
  const [row] = await tx.$queryRawUnsafe<Transfer[]>(
    `SELECT ${COLUMNS} FROM transfer WHERE id = $1::uuid`,
    id,
  );
  if (row === undefined) throw new Error(`No transfer ${id}`);
  return row;
}

export type TransferChange = { readonly status: TransferStatus } & Partial<
  Pick<Transfer, 'received' | 'endedBy' | 'endedAt' | 'endNote'>
>;

/** Of a transfer that this transaction has locked. */
export async function updateTransfer(
  tx: Transaction,
  { id, version }: Pick<Transfer, 'id' | 'version'>,
  change: TransferChange,
): Promise<void> {
  await tx.transfer.update({ where: { id }, data: { ...change, version: version + 1 } });
}

export async function findTransfersByIds(
  { pool }: StockDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<Transfer[]> {
  const covered = eitherSideCovered(scope, 1);
  const { rows } = await pool.query<Transfer>(
    `SELECT ${COLUMNS} FROM transfer WHERE id = ANY ($1::uuid[]) AND ${covered.condition}`,
    [ids, ...covered.values],
  );
  return rows;
}

export interface TransferFilter extends RequestedPlace {
  /** Null for all. */
  readonly statuses: readonly TransferStatus[] | null;
  /** Null for all. */
  readonly ingredientId: string | null;
}

/** Those that come from the place or go there, newest first. */
export function findTransferPage(
  database: StockDatabase,
  scope: Scope,
  { outletId, franchiseId, statuses, ingredientId }: TransferFilter,
  page: Page,
): Promise<CountedConnection<Transfer>> {
  const covered = eitherSideCovered(scope, 4);
  const from = `transfer WHERE ($1::uuid IS NULL OR outlet_id = $1 OR to_outlet_id = $1)
    AND ($2::uuid IS NULL OR franchise_id = $2 OR to_franchise_id = $2)
    AND ($3::"TransferStatus"[] IS NULL OR status = ANY ($3)) AND ($4::uuid IS NULL OR ingredient_id = $4) AND ${covered.condition}`;
  const values = [outletId, franchiseId, statuses, ingredientId, ...covered.values];
  return readIdPage<Transfer>(database, { columns: COLUMNS, from, values }, page);
}

/** What is on the way from items, and to them. */
export interface OnTheWay {
  readonly id: string;
  readonly incoming: number;
  readonly outgoing: number;
}

/** Of items that the caller has read already. */
export async function findOnTheWay(
  { pool }: StockDatabase,
  stockItemIds: readonly string[],
): Promise<OnTheWay[]> {
  const { rows } = await pool.query<OnTheWay>({
    name: 'transfers-on-the-way',
    text: `
      SELECT item.id,
             (SELECT coalesce(sum(quantity), 0)::float8 FROM transfer
              WHERE to_outlet_id = item.outlet_id AND ingredient_id = item.ingredient_id AND ended_at IS NULL AND status = 'SENT') AS incoming,
             (SELECT coalesce(sum(quantity), 0)::float8 FROM transfer WHERE stock_item_id = item.id AND ended_at IS NULL) AS outgoing
      FROM stock_item AS item WHERE item.id = ANY ($1::uuid[])`,
    values: [stockItemIds],
  });
  return rows;
}

export async function hasOutgoing(tx: Transaction, stockItemId: string): Promise<boolean> {
  return (await tx.transfer.count({ where: { stockItemId, endedAt: null } })) > 0;
}

/** The condition of `covers` for either side. @param after how many parameters precede its own. */
function eitherSideCovered({ everywhere, franchiseIds, outletIds }: Scope, after: number) {
  const [all, franchises, outlets] = [after + 1, after + 2, after + 3];
  const condition = `($${all}::boolean OR franchise_id = ANY ($${franchises}::uuid[]) OR outlet_id = ANY ($${outlets}::uuid[])
    OR to_franchise_id = ANY ($${franchises}::uuid[]) OR to_outlet_id = ANY ($${outlets}::uuid[]))`;
  return { condition, values: [everywhere, franchiseIds, outletIds] };
}
