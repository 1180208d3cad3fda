/** Counts with their lines, within a scope. */
import type { Scope } from '../../../../platform/identity/identity.js';
import { isId } from '../../../../platform/ids.js';
import { readIdPage } from '../../../../platform/kit/id-page.js';
import type { CountedConnection, Page } from '../../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../../platform/kit/requested-place.js';
import { coveredSql, whereCovered } from '../../../../platform/kit/tenant-scope.js';
import type { StockCount, StockCountLine, StockCountSums } from '../../domain/counts/records.js';
import type { StockCountStatus } from '../../domain/counts/stock-count-state.js';
import type { StockDatabase, Transaction } from '../database.js';
import { unitPriceOf } from '../purchasing/suppliers.js';

const COLUMNS = `id, franchise_id AS "franchiseId", outlet_id AS "outletId", status::text AS status, note, started_by AS "startedBy",
  started_at AS "startedAt", ended_by AS "endedBy", ended_at AS "endedAt"`;

export type NewStockCount = Pick<StockCount, 'id' | 'franchiseId' | 'outletId' | 'note' | 'startedBy'>;

/** @throws a violation of `stock_count_one_open` where a count of the outlet is open. */
export async function insertStockCount(tx: Transaction, count: NewStockCount): Promise<void> {
  await tx.stockCount.create({ data: count });
}

/**
 * A line of every item that the outlet stocks, with what is expected of it.
 * @param stockItemIds of some of them; null for all. @returns how many.
 */
export async function insertLines(
  tx: Transaction,
  { id, outletId }: Pick<StockCount, 'id' | 'outletId'>,
  stockItemIds: readonly string[] | null,
): Promise<number> {
  const wanted = stockItemIds === null ? null : stockItemIds.filter(isId);
  return tx.$executeRaw`
    INSERT INTO stock_count_line (stock_count_id, stock_item_id, franchise_id, outlet_id, expected)
    SELECT ${id}::uuid, id, franchise_id, outlet_id, on_hand FROM stock_item
    WHERE outlet_id = ${outletId}::uuid AND removed_at IS NULL AND (${wanted}::uuid[] IS NULL OR id = ANY (${wanted}::uuid[]))`;
}

/** Locked, `isShared` so that several may enter at once and nobody ends it; null where it does not exist or lies outside the scope. */
export async function findStockCountForUpdate(
  tx: Transaction,
  scope: Scope,
  id: string,
  { isShared = false } = {},
): Promise<StockCount | null> {
  if (!isId(id)) return null;
  const covered = coveredSql(scope, { after: 1 });
  const rows = await tx.$queryRawUnsafe<StockCount[]>(
    `SELECT ${COLUMNS} FROM stock_count WHERE id = $1::uuid AND ${covered.condition} FOR ${isShared ? 'SHARE' : 'UPDATE'}`,
    id,
    ...covered.values,
  );
  return rows[0] ?? null;
}

export async function findStockCount(tx: Transaction, id: string): Promise<StockCount> {
  return tx.stockCount.findUniqueOrThrow({ where: { id } });
}

export async function updateEnded(
  tx: Transaction,
  id: string,
  ended: { readonly status: StockCountStatus; readonly endedBy: string; readonly endedAt: Date },
): Promise<void> {
  await tx.stockCount.update({ where: { id }, data: ended });
}

export interface Entry {
  readonly stockItemId: string;
  readonly counted: number;
}

/**
 * Of items of the count, with the level of this moment as what was expected. Takes no lock of theirs: reservations go on.
 * @returns the items of it.
 */
export async function updateCounted(
  tx: Transaction,
  countId: string,
  entries: readonly Entry[],
  countedBy: string,
): Promise<string[]> {
  const ids = entries.map(({ stockItemId }) => stockItemId);
  // In one order, so that two who enter the same items wait for each other.
  await tx.$queryRaw`
    SELECT FROM stock_count_line WHERE stock_count_id = ${countId}::uuid AND stock_item_id = ANY (${ids}::uuid[])
    ORDER BY stock_item_id FOR UPDATE`;
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE stock_count_line AS line
    SET expected = item.on_hand, counted = entry.counted, counted_by = ${countedBy}::uuid, counted_at = clock_timestamp()
    FROM unnest(${ids}::uuid[], ${entries.map(({ counted }) => counted)}::integer[]) AS entry (stock_item_id, counted)
    JOIN stock_item AS item ON item.id = entry.stock_item_id
    WHERE line.stock_count_id = ${countId}::uuid AND line.stock_item_id = entry.stock_item_id
    RETURNING line.stock_item_id AS id`;
  return rows.map(({ id }) => id);
}

/** What was counted. */
export interface CountedLine {
  readonly stockItemId: string;
  readonly expected: number;
  readonly counted: number;
}

export async function findCountedLines(tx: Transaction, stockCountId: string): Promise<CountedLine[]> {
  const lines = await tx.stockCountLine.findMany({
    where: { stockCountId, counted: { not: null } },
    select: { stockItemId: true, expected: true, counted: true },
    orderBy: { stockItemId: 'asc' },
  });
  return lines.map(({ counted, ...line }) => ({ ...line, counted: counted ?? 0 }));
}

/** By how much people have set the levels of a count's items (`adjustStock`) since these were counted, by item. */
export async function sumRestated(
  tx: Transaction,
  stockCountId: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.$queryRaw<{ id: string; restated: number }[]>`
    SELECT line.stock_item_id AS id, sum(movement.delta)::integer AS restated
    FROM stock_count_line AS line
    JOIN stock_movement AS movement ON movement.stock_item_id = line.stock_item_id AND movement.figure = 'ON_HAND' AND movement.kind = 'COUNT'
      AND movement.id >= first_id_at(line.counted_at) AND movement.at > line.counted_at
    WHERE line.stock_count_id = ${stockCountId}::uuid
    GROUP BY 1`;
  return new Map(rows.map(({ id, restated }) => [id, restated]));
}

export async function updateAdjusted(
  tx: Transaction,
  countId: string,
  adjusted: ReadonlyMap<string, number>,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE stock_count_line AS line SET adjusted = entry.adjusted
    FROM unnest(${[...adjusted.keys()]}::uuid[], ${[...adjusted.values()]}::integer[]) AS entry (stock_item_id, adjusted)
    WHERE line.stock_count_id = ${countId}::uuid AND line.stock_item_id = entry.stock_item_id`;
}

export async function findStockCountsByIds(
  { prisma }: StockDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<StockCount[]> {
  return prisma.stockCount.findMany({ where: { id: { in: [...ids] }, ...whereCovered(scope) } });
}

export interface StockCountFilter extends RequestedPlace {
  /** Null for all. */
  readonly statuses: readonly StockCountStatus[] | null;
}

/** Newest first. */
export function findStockCountPage(
  database: StockDatabase,
  scope: Scope,
  { outletId, franchiseId, statuses }: StockCountFilter,
  page: Page,
): Promise<CountedConnection<StockCount>> {
  const covered = coveredSql(scope, { after: 3 });
  const from = `stock_count WHERE ($1::uuid IS NULL OR outlet_id = $1) AND ($2::uuid IS NULL OR franchise_id = $2)
    AND ($3::"StockCountStatus"[] IS NULL OR status = ANY ($3)) AND ${covered.condition}`;
  const values = [outletId, franchiseId, statuses, ...covered.values];
  return readIdPage<StockCount>(database, { columns: COLUMNS, from, values }, page);
}

const LINE_COLUMNS = `id, "countId", "franchiseId", "outletId", expected, counted, "countedBy", "countedAt", adjusted,
  ${unitPriceOf('line')}::float8 AS "unitPrice"`;

export interface LineFilter {
  /** Null for all. */
  readonly isCounted: boolean | null;
  /** Those that were counted and are not as expected, or are; null for all. */
  readonly isDifferent: boolean | null;
}

/** Of a count that the caller has read, oldest item first. */
export function findLinePage(
  database: StockDatabase,
  countId: string,
  { isCounted, isDifferent }: LineFilter,
  page: Page,
): Promise<CountedConnection<StockCountLine>> {
  const from = `(
    SELECT item.id, item.ingredient_id, line.franchise_id, stock_count_id AS "countId", line.franchise_id AS "franchiseId",
           line.outlet_id AS "outletId", expected, counted, counted_by AS "countedBy", counted_at AS "countedAt", adjusted
    FROM stock_count_line AS line JOIN stock_item AS item ON item.id = line.stock_item_id
    WHERE stock_count_id = $1::uuid AND ($2::boolean IS NULL OR (counted IS NOT NULL) = $2)
      AND ($3::boolean IS NULL OR (counted IS NOT NULL AND (counted <> expected) = $3))
  ) AS line WHERE true`;
  const list = { columns: LINE_COLUMNS, from, values: [countId, isCounted, isDifferent] };
  return readIdPage<StockCountLine>(database, list, page, 'asc');
}

/** Of counts that the caller has read. */
export async function findSums(
  { pool }: StockDatabase,
  countIds: readonly string[],
): Promise<(StockCountSums & { readonly id: string })[]> {
  const { rows } = await pool.query<StockCountSums & { id: string }>(
    `SELECT stock_count_id AS id, count(*)::integer AS items, count(counted)::integer AS counted,
            count(*) FILTER (WHERE counted <> expected)::integer AS different,
            coalesce(round(sum((counted - expected) * ${unitPriceOf('item')}) FILTER (WHERE counted <> expected)), 0)::float8 AS cost
     FROM stock_count_line AS line JOIN stock_item AS item ON item.id = line.stock_item_id
     WHERE stock_count_id = ANY ($1::uuid[]) GROUP BY stock_count_id`,
    [countIds],
  );
  return rows;
}
