/**
 * The movement ledger, by month, with its archive. Inserting a row moves the item's figure (by a trigger), so the caller holds the
 * items' locks. A row of delta 0 is a record, such as a delivery to a weighed item, and moves nothing.
 */
import type { Cause } from '../../../platform/events/envelope.js';
import { keysetOf, type Page } from '../../../platform/kit/paging.js';
import type { Level, StockFigure, StockMovement, StockMovementKind } from '../domain/records.js';
import { onlyCause } from './causes.js';
import type { StockDatabase, Transaction } from './database.js';

export interface NewMovement {
  /** Left out for any. */
  readonly id?: string;
  readonly stockItemId: string;
  /** The item's. */
  readonly franchiseId: string;
  readonly outletId: string;
  readonly figure: StockFigure;
  readonly delta: number;
  readonly kind: StockMovementKind;
  readonly orderId?: string;
  readonly deliveryId?: string;
  readonly personId?: string;
  readonly reason?: string;
}

/** @returns the items' new levels. */
export async function insertMovements(
  tx: Transaction,
  cause: Cause,
  traceId: string,
  movements: readonly NewMovement[],
): Promise<Level[]> {
  await tx.$queryRaw`SELECT set_config('kedai.causes', ${onlyCause(cause)}, true)`;
  await tx.stockMovement.createMany({ data: movements.map((movement) => ({ ...movement, traceId })) });
  return tx.stockItem.findMany({
    where: { id: { in: movements.map(({ stockItemId }) => stockItemId) } },
    select: { id: true, outletId: true, version: true },
  });
}

/** `seq` has 53 bits: a double holds it exactly, where `pg` would give a bigint as text. */
export const MOVEMENT_COLUMNS = `
  movement.id, movement.stock_item_id AS "stockItemId", movement.figure, movement.delta, movement.kind, movement.at,
  movement.trace_id AS "traceId", movement.order_id AS "orderId", movement.shelf_id AS "shelfId",
  movement.boot_id AS "bootId", movement.seq::float8 AS seq, movement.grams, movement.delivery_id AS "deliveryId",
  movement.person_id AS "personId", movement.reason`;

/** The rows of a page of each item's movements, newest first. */
export async function findMovementPages(
  { pool }: StockDatabase,
  stockItemIds: readonly string[],
  page: Page,
): Promise<StockMovement[]> {
  const { above, below, direction, take } = keysetOf(page, 'desc');
  const { rows } = await pool.query<StockMovement>({
    name: `movement-pages-${direction}`,
    text: `
      SELECT ${MOVEMENT_COLUMNS}
      FROM unnest($1::uuid[]) AS item (id), LATERAL (
        SELECT * FROM stock_movement_with_archive AS one
        WHERE stock_item_id = item.id AND ($2::uuid IS NULL OR one.id > $2) AND ($3::uuid IS NULL OR one.id < $3)
        ORDER BY one.id ${direction} LIMIT $4
      ) AS movement`,
    values: [stockItemIds, above, below, take],
  });
  return rows;
}

/** How many movements each item has; items without any are left out. */
export async function countMovements(
  { pool }: StockDatabase,
  stockItemIds: readonly string[],
): Promise<{ readonly id: string; readonly count: number }[]> {
  const { rows } = await pool.query<{ id: string; count: number }>({
    name: 'count-movements',
    text: `
      SELECT stock_item_id AS id, count(*)::integer AS count FROM stock_movement_with_archive
      WHERE stock_item_id = ANY ($1::uuid[]) GROUP BY stock_item_id`,
    values: [stockItemIds],
  });
  return rows;
}

/** The last movement of each item that moved a figure. Most are recent: the partitions of the past are looked into for the others. */
export async function findLastMovements(
  database: StockDatabase,
  stockItemIds: readonly string[],
): Promise<StockMovement[]> {
  const recent = await lastMovements(database, stockItemIds, RECENT);
  if (recent.length === stockItemIds.length) return recent;
  const found = new Set(recent.map(({ stockItemId }) => stockItemId));
  const others = stockItemIds.filter((id) => !found.has(id));
  return [...recent, ...(await lastMovements(database, others, ALL))];
}

/** Does not show the planner how many ids there are, so that one plan over all partitions serves any number and is made once. */
const IDS = 'unnest((SELECT $1::uuid[]))';

const RECENT = {
  name: 'last-movements-recent',
  from: `stock_movement AS one WHERE id >= first_id_at(now() - interval '7 days') AND`,
};
const ALL = { name: 'last-movements', from: 'stock_movement_with_archive AS one WHERE' };

async function lastMovements(
  { pool }: StockDatabase,
  stockItemIds: readonly string[],
  { name, from }: typeof RECENT,
): Promise<StockMovement[]> {
  const { rows } = await pool.query<StockMovement>({
    name,
    text: `
      SELECT ${MOVEMENT_COLUMNS}
      FROM ${IDS} AS item (id), LATERAL (
        SELECT * FROM ${from} stock_item_id = item.id AND delta <> 0 ORDER BY one.id DESC LIMIT 1
      ) AS movement`,
    values: [stockItemIds],
  });
  return rows;
}

/** Of any tenant: the caller shows only movements of items that may be seen. */
export async function findMovementsByIds(
  { pool }: StockDatabase,
  ids: readonly string[],
): Promise<StockMovement[]> {
  const { rows } = await pool.query<StockMovement>({
    name: 'movements-by-ids',
    text: `SELECT ${MOVEMENT_COLUMNS} FROM ${IDS} AS wanted (id) JOIN stock_movement_with_archive AS movement USING (id)`,
    values: [ids],
  });
  return rows;
}
