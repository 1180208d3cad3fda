/**
 * The movement ledger: appending to it, which is what moves the figures, and reading it. Whoever appends holds the items'
 * locks. A row of delta 0 is a record (a delivery to a scale's shelf, a count that found nothing new) and moves nothing.
 */
import { isId } from '../../../platform/ids.js';
import type { Page } from '../../../platform/paging.js';
import { newTraceparent, traceIdOf } from '../../../platform/trace.js';
import type { StockFigure, StockMovement, StockMovementKind } from '../../../prisma/stock/client/client.js';
import type { StockDatabase, Work } from './database.js';
import { levelsTopic } from './levels.js';

interface MovedBy {
  readonly deliveryId?: string;
  readonly personId?: string;
  readonly reason?: string;
}

export interface NewMovement extends MovedBy {
  readonly stockItemId: string;
  readonly figure: StockFigure;
  readonly delta: number;
  readonly kind: StockMovementKind;
}

/** Appends, and tells those who watch. */
export async function recordMovements(
  { tx, cause, publish }: Work,
  movements: readonly NewMovement[],
): Promise<void> {
  const traceId = traceIdOf(cause.traceparent) ?? traceIdOf(newTraceparent()) ?? '';
  await tx.stockMovement.createMany({ data: movements.map((movement) => ({ ...movement, traceId })) });
  const items = await tx.stockItem.findMany({
    where: { id: { in: movements.map(({ stockItemId }) => stockItemId) } },
    select: { id: true, outletId: true, version: true },
  });
  for (const { id, outletId, version } of items) publish(levelsTopic(outletId), { id, version });
}

const COLUMNS = `
  movement.id, movement.stock_item_id AS "stockItemId", movement.figure, movement.delta, movement.kind, movement.at,
  movement.trace_id AS "traceId", movement.order_id AS "orderId", movement.shelf_id AS "shelfId",
  movement.boot_id AS "bootId", movement.seq, movement.grams, movement.delivery_id AS "deliveryId",
  movement.person_id AS "personId", movement.reason`;

/** A page of each item's movements, newest first; one more than asked for tells of a next page. */
export async function movementPages(
  { pool }: StockDatabase,
  stockItemIds: readonly string[],
  page: Page,
): Promise<StockMovement[]> {
  const { rows } = await pool.query<StockMovement>({
    name: 'movement-pages',
    text: `
      SELECT ${COLUMNS}
      FROM unnest($1::uuid[]) AS item (id), LATERAL (
        SELECT * FROM stock_movement
        WHERE stock_item_id = item.id AND ($2::uuid IS NULL OR stock_movement.id < $2)
        ORDER BY stock_movement.id DESC LIMIT $3
      ) AS movement`,
    values: [stockItemIds, page.after, page.limit + 1],
  });
  return rows;
}

/** The last movement of each item that moved anything: why its level is what it is. */
export async function lastMovements(
  { pool }: StockDatabase,
  stockItemIds: readonly string[],
): Promise<StockMovement[]> {
  const { rows } = await pool.query<StockMovement>({
    name: 'last-movements',
    text: `
      SELECT ${COLUMNS}
      FROM unnest($1::uuid[]) AS item (id), LATERAL (
        SELECT * FROM stock_movement WHERE stock_item_id = item.id AND delta <> 0
        ORDER BY stock_movement.id DESC LIMIT 1
      ) AS movement`,
    values: [stockItemIds],
  });
  return rows;
}

/** For movements referred to by id; whoever asks sees those of items within the scope alone (see loaders). */
export async function movementsByIds(
  { prisma }: StockDatabase,
  ids: readonly string[],
): Promise<StockMovement[]> {
  return prisma.stockMovement.findMany({ where: { id: { in: ids.filter(isId) } } });
}
