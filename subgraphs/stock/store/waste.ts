/** What was thrown away, within a scope. */
import type { Scope } from '../../../platform/identity/identity.js';
import { readIdPage } from '../../../platform/kit/id-page.js';
import type { CountedConnection, Page } from '../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { Waste } from '../domain/records.js';
import type { StockDatabase, Transaction } from './database.js';

const COLUMNS = `id, stock_item_id AS "stockItemId", quantity, reason, made_by AS "madeBy", made_at AS "madeAt"`;

export interface NewWaste extends Omit<Waste, 'madeAt'> {
  readonly franchiseId: string;
  readonly outletId: string;
}

export async function insertWaste(tx: Transaction, waste: NewWaste): Promise<void> {
  await tx.waste.create({ data: waste });
}

export async function findWaste(tx: Transaction, id: string): Promise<Waste> {
  return tx.waste.findUniqueOrThrow({ where: { id }, omit: { franchiseId: true, outletId: true } });
}

export async function findWasteByIds(
  { pool }: StockDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<Waste[]> {
  const covered = coveredSql(scope, { after: 1 });
  const { rows } = await pool.query<Waste>({
    name: 'waste-by-id',
    text: `SELECT ${COLUMNS} FROM waste WHERE id = ANY ($1::uuid[]) AND ${covered.condition}`,
    values: [ids, ...covered.values],
  });
  return rows;
}

export interface WasteFilter extends RequestedPlace {
  readonly stockItemId: string | null;
  /** Recorded from this moment on; null for no bound. */
  readonly from: Date | null;
  /** Recorded up to this moment, included. */
  readonly to: Date | null;
}

/** Newest first. */
export function findWastePage(
  database: StockDatabase,
  scope: Scope,
  { outletId, franchiseId, stockItemId, from: begin, to }: WasteFilter,
  page: Page,
): Promise<CountedConnection<Waste>> {
  const covered = coveredSql(scope, { after: 5 });
  const from = `waste WHERE ($1::uuid IS NULL OR outlet_id = $1) AND ($2::uuid IS NULL OR franchise_id = $2)
    AND ($3::uuid IS NULL OR stock_item_id = $3) AND ($4::timestamptz IS NULL OR made_at >= $4)
    AND ($5::timestamptz IS NULL OR made_at <= $5) AND ${covered.condition}`;
  const values = [outletId, franchiseId, stockItemId, begin, to, ...covered.values];
  return readIdPage<Waste>(database, { columns: COLUMNS, from, values }, page);
}
