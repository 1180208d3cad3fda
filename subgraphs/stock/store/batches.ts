/**
 * What is left of lines of deliveries that say how long the goods are good. It follows from the item's level: what expires first is taken to have
 * gone first, and goods without a day before those with one, so that what may be there is shown rather than missed.
 */
import type { Scope } from '../../../platform/identity/identity.js';
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { type CountedConnection, connectionOf, keysetOf, type Page } from '../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { ExpiringBatch } from '../domain/records.js';
import type { StockDatabase } from './database.js';

export interface BatchFilter extends RequestedPlace {
  /** Goods that were good until a day before it are taken to be gone. */
  readonly from: CalendarDay;
  /** The last day, included. */
  readonly until: CalendarDay;
}

/** First what is to be used first. */
export async function findBatchPage(
  { pool }: StockDatabase,
  scope: Scope,
  { outletId, franchiseId, from, until }: BatchFilter,
  page: Page,
): Promise<CountedConnection<ExpiringBatch>> {
  const covered = coveredSql(scope, { after: 4, table: 'item' });
  const batches = `(
    SELECT concat_ws(' ', best_before, delivery_id, lpad(position::text, 5, '0')) COLLATE "C" AS key, stock_item_id AS "stockItemId",
           outlet_id AS "outletId", delivery_id AS "deliveryId", best_before::text AS "bestBefore",
           least(quantity, on_hand - later)::integer AS quantity
    FROM (
      SELECT line.*, item.on_hand,
             sum(line.quantity) OVER (
               PARTITION BY line.stock_item_id ORDER BY line.best_before DESC, line.delivery_id DESC, line.position DESC
             ) - line.quantity AS later
      FROM stock_item AS item JOIN delivery_line AS line ON line.stock_item_id = item.id
      WHERE item.removed_at IS NULL AND item.on_hand > 0 AND line.best_before >= $3::date
        AND ($1::uuid IS NULL OR item.outlet_id = $1) AND ($2::uuid IS NULL OR item.franchise_id = $2) AND ${covered.condition}
    ) AS dated
    WHERE on_hand > later AND best_before <= $4::date
  ) AS batch`;
  const values = [outletId, franchiseId, from, until, ...covered.values];
  const place = values.length;
  const { above, below, direction, take } = keysetOf(page, 'asc');
  const { rows } = await pool.query<ExpiringBatch>(
    `SELECT * FROM ${batches}
     WHERE ($${place + 1}::text IS NULL OR key > $${place + 1}) AND ($${place + 2}::text IS NULL OR key < $${place + 2})
     ORDER BY key ${direction} LIMIT ${take}`,
    [...values, above, below],
  );
  return connectionOf(
    page,
    rows,
    ({ key }) => key,
    async () => {
      const counted = await pool.query<{ count: number }>(
        `SELECT count(*)::integer AS count FROM ${batches}`,
        values,
      );
      return counted.rows[0]?.count ?? 0;
    },
  );
}
